from __future__ import annotations

import pytest

from foimail.model import Attachment, Message
from foimail.replies.references import Reference, find, key, mentions
from tests.replies.test_match import message

TOKEN = "FOI-7K3Q2M"
REPLY = f"RE: Freedom of Information request: referrals [{TOKEN}]"


def letter(text: str, subject: str = REPLY, *names: str) -> Message:
    files = tuple(Attachment(name, "application/pdf", b"") for name in names)
    return message(subject=subject, text=text, attachments=files)


def best(given: Message) -> str:
    found = find(given, given.text, {TOKEN})
    return found[0].text if found else ""


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        # forms of the taxonomy, after a word that announces them
        ("Our reference: FOI/25042", "FOI/25042"),
        ("Your request (FOI1490) has been given to the team", "FOI1490"),
        ("FOI Reference Number: FOI 007585", "FOI 007585"),
        ("I refer to your request FOI-02699 of 2 March 2026", "FOI-02699"),
        ("Ref: FOI/16/0063\n\nDear Sir", "FOI/16/0063"),
        ("Freedom of Information request 520-2025", "520-2025"),
        ("It was given the reference number FOI15-0107-09595.", "FOI15-0107-09595"),
        ("Please quote 24-25279 in all correspondence", "24-25279"),
        ("Reference: 2017-692", "2017-692"),
        ("Our ref: 324/17", "324/17"),
        ("Request ref 1240A/22", "1240A/22"),
        ("Our Ref: JR/393295\nYour Ref: [FOI-7K3Q2M]", "JR/393295"),
        ("Our ref: NIC-458493-G1J4S", "NIC-458493-G1J4S"),
        ("Ref CAMS-012-33637467-2", "CAMS-012-33637467-2"),
        ("Our ref FOI HGS0069", "FOI HGS0069"),
        ("Our reference number: 1391", "1391"),
        ("Request no. 3711", "3711"),
        ("Ref: 47/26", "47/26"),
        ("Ein cyf / Our ref: BIPBC-FOI-2026-11", "BIPBC-FOI-2026-11"),
        ("Our Ref:\u00a0DTH 26\u20110455", "DTH 26-0455"),
        ("Our Ref: INV 26 - 091", "INV 26 - 091"),
        # as people say it
        ("Your request has been logged as 4471 and passed on.", "4471"),
        ("I have it down as FOI 25/118 in our log", "FOI 25/118"),
        ("The FOI girls have you down as PCH 0662.", "PCH 0662"),
        ("I'm dealing with yours (ref. 311)", "311"),
        ("request 5512, which you made", "5512"),
        ("It's been given the reference \u201cAN/0093/26\u201d and", "AN/0093/26"),
        ("We put it in our book as WPT 26/0412 and asked around", "WPT 26/0412"),
        ("Its number AK/26/118 now.", "AK/26/118"),
        ("ours is RS/26/071, yours we have", "RS/26/071"),
        ("FOISA 26-2204 is the number.", "FOISA 26-2204"),
        # by its form, wherever it stands
        ("The police asked us to think hard about VR-26-0733 first", "VR-26-0733"),
        # by its place alone
        ("K-FOI 51\n\nHello", "K-FOI 51"),
        ("DISC-2026-44\n10 March 2026\n\nDear Ms Tallack", "DISC-2026-44"),
        ("30th March 2026                    WW-FOI-3307", "WW-FOI-3307"),
        ("H26/1401 Copsehill\n\nHello", "H26/1401"),
        ("Thank you for asking.\nPriti (AM/26/031)", "AM/26/031"),
        ("Thank you for asking.\nIG Desk, GIC-119b.", "GIC-119b"),
        ("Find the answer here. FOI 3390. Cheers", "FOI 3390"),
    ],
)
def test_a_reference_in_the_text_is_found(text: str, reference: str) -> None:
    assert best(letter(text)) == reference


@pytest.mark.parametrize(
    ("subject", "reference"),
    [
        ("FOI 798 - response", "FOI 798"),
        ("FoI/2009/IR/07 Internal review", "FoI/2009/IR/07"),
        ("CQC IAT 2014 0153", "CQC IAT 2014 0153"),
        ("Your request - SH3.00194974", "SH3.00194974"),
        ("RITM0012345 has been opened", "RITM0012345"),
        ("[Ticket#2026012345] Freedom of Information request", "2026012345"),
        ("[#12345] Freedom of Information request", "12345"),
        ("An update on your contact (0008814423)", "0008814423"),
        ("AccessTrack: request 8817 has been logged", "8817"),
        ("25-26187: response", "25-26187"),
    ],
)
def test_a_reference_in_the_subject_is_found(subject: str, reference: str) -> None:
    assert best(letter("", subject)) == reference


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("FOI 25-118 Response.pdf", "FOI 25-118"),
        ("RFI_4418_s17_notice.pdf", "RFI 4418"),
        ("FOISA 2025-06-0147 letter.docx", "FOISA 2025-06-0147"),
        ("CSE data 2010-2024.xlsx", ""),
        ("20260412 Response.pdf", ""),
        ("SKM_C30812603090749.pdf", ""),
        ("image001.png", ""),
    ],
)
def test_a_reference_in_the_name_of_a_file_is_found(name: str, reference: str) -> None:
    assert best(letter("Please find attached.", REPLY, name)) == reference


@pytest.mark.parametrize(
    "text",
    [
        "We refused under section 12(1) and SI 2004/3244.",
        "The ICO decided this in IC-146365-F6C5 and FS50634518, the Tribunal in EA/2022/0178.",
        f"Your Ref: {TOKEN}, foi-7k3q2m",
        "> Our ref: DGH/118",
        "In 2023/24 there were 43 referrals, 2024-25: 51. The cost was \u00a3450.",
        "Ring 01234 567890 ext 4471. Room 12B. Wilmslow SK9 5AF.",
        "Q1. 43\nQ2. 12\nQ4. 1,206\n2021: 12",
        "Your request of 12 January 2026 about 2010 to 2024, 18/01/2026 at 12.30pm",
        "it's number 47 on our list",
        "Your FOI is #118 in the pile",
        "Registered charity number X. We sent 2 of 3 (A-1), see r12a/34 too.",
        "Ref:MSG40418820_gT7wQmZ2",
        "See https://files.example/FOI-118 and foi118@x.example",
        "Generating server: LO2P265MB0001.GBRP265.PROD.outlook.example",
        "The file 120 pages long, request 12 of 40, request 300 in the queue",
        "seen by x12-4 last, with x123456",
        "a board paper, 26/1180, is on the web",
        "our policy CP 12/3 was looked at by panel AB-1-22 then",
    ],
)
def test_what_only_looks_like_a_reference_is_none(text: str) -> None:
    assert best(letter(text)) == ""


def test_a_reference_tells_the_words_and_the_place_it_was_found_in() -> None:
    given = letter("Dear Ms Adler\n  Our ref: DGH/118\nRegards", "Your request")
    assert find(given, given.text) == (Reference("DGH/118", "Our ref: DGH/118", "text"),)
    file = Attachment("letter.pdf", "application/pdf", b"", text="Reference R.4471/F\n2 March 2026")
    found = find(message(subject=REPLY, attachments=(file,)), "", {TOKEN})
    assert found == (Reference("R.4471/F", "Reference R.4471/F", "letter.pdf"),)


def test_of_several_the_one_that_is_most_its_own_comes_first() -> None:
    given = letter("H26/1402 - Fernacre\nCopsehill's reply, H26/1401, went yesterday.", "FOI [x] H26/1402")
    assert find(given, given.text)[0].text == "H26/1402"
    three = letter("", "Your three requests: H26/1401, H26/1402, H26/1403")
    assert [one.text for one in find(three, "")] == ["H26/1401", "H26/1402", "H26/1403"]


def test_a_part_of_a_reference_is_none() -> None:
    given = letter("Reference BCHC_0645-2025/26", "BCHC_0645-2025/26 question", "0645.csv")
    assert [one.key for one in find(given, given.text)] == ["bchc0645202526"]


def test_references_are_compared_by_letters_and_digits() -> None:
    assert key("FOI/16/0063") == key("foi 16-0063") == "foi160063"


def test_everything_that_may_be_a_known_reference_is_looked_up() -> None:
    given = letter("as INV 26 - 091 and FOI/118/R, ab", "Re: 26-118.", "HL FOI 71 response.pdf")
    found = mentions(given, given.text)
    assert {"inv26091", "foi118", "foi118r", "26118", "hlfoi71"} <= found
    assert "ab" not in found


def test_a_text_full_of_numbers_is_read_to_a_bound() -> None:
    given = letter("\n".join(f"A{n}/{n} B{n}.{n} C-{n}" for n in range(5000)))
    assert len(mentions(given, given.text)) < 1000
