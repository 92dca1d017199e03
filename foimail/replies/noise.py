"""What holds digits and is no answer: dates, sums of money, sections, references, telephone numbers, hours of work."""

from __future__ import annotations

import re

from foimail.replies.numerals import NUMBER
from foimail.replies.periods import MONTH, YEAR

# what holds digits and is no answer; blanked before anything is read
NO_ANSWER = re.compile(
    "|".join(
        (
            r"https?://\S+|www\.\S+|[\w.+-]+@[\w.-]+\w",
            r"\bpage \d+ of \d+\b",
            r"\u00a3\s?\d[\d,]*(?:\.\d+)?",
            r"\(?\b0\d{2,4}\)?[ -]?\d{3,4}[ -]?\d{3,4}\b|\+44[\d ()-]{9,16}\d\b",
            # what a count is a part of: `388 people out of 402`, `1,128 (of 1,300)`, `Of 1,050 staff, 777`
            (
                rf"\bout of (?:a (?:possible|total)(?: of)? |the |our |some |about )?{NUMBER}\b|\(of {NUMBER}\b|"
                rf"^\W*of (?:the |our |some )?{NUMBER} (?:\w+ ){{0,2}}(?:staff|employees|people)\b"
            ),
            (
                r"\b(?:sections?|ss?\.?|sub-?sections?|reg(?:ulation)?s?\.?|articles?|para(?:graph)?s?\.?|"
                r"schedule|chapter|appendix|annex|version|issue|"
                r"level|band|page|room|floor|rule|option|ext\.?|tel\.?|telephone|policy|"
                r"v)\s?\d+[a-z]?(?:\(\w+\))*(?:\s?(?:,|and|&|or|to)\s?\d+[a-z]?(?:\(\w+\))*(?!\s*(?:staff|"
                r"employees)))*"
            ),
            (
                rf"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+\d{{1,2}}(?:st|nd|"
                rf"rd|th)?\b(?:\s+(?:of\s+)?{MONTH}\b(?:\s+{YEAR})?)?"
            ),
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}\b,?(?:\s+(?:{MONTH}\s+)?{YEAR})?",
            r"\b\d{1,2}[./]\d{1,2}[./](?:20)?\d\d\b|\b20\d\d-\d\d-\d\d\b",
            (
                r"\b\d{1,2}[:.]\d\d\s?(?:am|pm)?\b(?=\s|$|[,.;)])(?!%)(?<=[ap]m)|\b\d{1,2}\s?(?:am|pm)\b|"
                r"\b\d\d?:\d\d(?::\d\d)?\b"
            ),
            (
                r"\b(?:act|regulations|order)\s+(?:\(scotland\)\s+)?(?:act\s+)?(?:19|20)\d\d\b|"
                r"(?<![\d.,/])(?!(?<=\d[ \u00a0\u202f])0\d\d\b)0\d+(?:\.\d+)?\b"  # save the noughts of 1 000
            ),
            r"\b(?:our|your|ref|case|log|request)\.?\s+(?:no|number|ref)\.?\s*:?\s*\d+\b|\b\d{1,4}-\d{3,}\b",
            r"\b[a-z]{1,5}\d[a-z\d]*\s?\d[a-z]{2}\b",
            r"\b(?=[\w/._-]*[a-z])(?=[\w/._-]*\d)(?!fy)(?!y20)(?!q[1-4]\b)[a-z\d]+(?:[/._-][a-z\d]+)+",
            (
                r"\bunder[- ]?(?:1[1-9]s?|10s|eighteens?|sixteens?)\b|\b(?:aged?|over|age)(?: of|"
                r" the age of| under)? (?:1[0-9]|sixteen|seventeen|eighteen)\b|\b(?:1[0-9]) (?:and over|or over|"
                r"years? old)|\b0-1[0-9]\b"
            ),
            r"\b(?:one|two|three|four|\d+)[- ]day\b",
            (
                rf"\b(?:{NUMBER})(?:[\s-]+odd)?[\s-]+(?:hours?|hrs|minutes|mins|days?|working|calendar|weeks?|"
                rf"months?|records?|files?|notes?|sets? of|charts?|folders?|sheets|pages?|boxes|"
                r"reels|localit\w+|wards?|stores|panel|partnerships?|questions?|points?|parts?|heads?|"
                r"items?|years?|forms? were located|specialist|advisers?|"
                r"named|consultants?|nurses and|of the(?!\s+(?:[\w'\u2019]+\s+){0,2}(?:staff|employees|"
                r"people|workforce))|other|directorates?|emails?|requests?|paper|"
                r"clinical|case|agencies|organisations|boroughs|counties|councils|authorities|"
                r"hospitals|sites|teams|beds|clinics|attendances|admissions|districts|courses|sessions|modules|"
                r"committees|meetings|trusts)\b(?!\s+staff)(?!\s+employees)"
            ),
            (
                r"\b(?:questions?|points?|items?|parts?|heads?|limbs?|number|no\.|tables?|sheets?|tabs?|slides?|priority|phase|stage|year|tier)\s+(?:\d|one|"
                r"two|three|four)\b(?:\s?(?:,|and|&|to|-)\s?(?:\d|one|two|three|four)\b)*"
            ),
            (
                r"\b(?:a|per|each)\s+(?:one|two)\b|\bone (?:number|figure|total)\b|\bone\s+(?:of|to|form|"
                r"assessment|child|being|goes|for|site|another)\b|\bas one\b|\bno one\b|\bthe (?:one|ones|"
                r"other|two|three|four)\b"
            ),
        )
    ),
)
