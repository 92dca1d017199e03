"""How figures were counted, and what they do not say: for a methods appendix. The rules are in `dataset.series`."""

COUNTING = (
    "A band counts from its lower to its upper end: “fewer than 5” is 0 to 4, “20 or more” has no upper end.",
    (
        "A figure that was withheld counts from 0 to no end. It was never worked out from a total beside it. So a total with a "
        "withheld figure in it is “at least N”."
    ),
    "“Not held”, a refusal and silence are never a nought; no total says anything of the bodies that gave no figure.",
    (
        "Each month of a body counts once. Where its figures overlap, those were taken that cover the most of what was asked, and "
        "among these the finest: years rather than a range of years or a total, four quarters rather than their year."
    ),
    (
        "A total without years counts in the sum of all and in no year. Where a body states a total that is not the sum of its "
        "years, the bounds span both."
    ),
    (
        "Calendar years and financial years (April to March) are told apart and never added up in one line. In the sum of all "
        "each body counts by the years it gave, so that the edges of the period differ between bodies by up to nine months."
    ),
    (
        "Where only categories were given, they may overlap: the whole is no less than the greatest and no more than all "
        "together. So it is with years of a number that was asked once."
    ),
    "Figures of years that lie wholly outside of those asked were left out. Per cents were never added up.",
)
LIMITS = (
    "The bodies that answered are no random sample of those asked: nothing is said here of those that did not.",
    "What one body counts, another may not: the same question meets different records.",
    "Median times are those of the bodies that had answered by the day of this appendix; they grow as late answers come in.",
    "Day 0 is the day of receipt as the law counts it, and the day of the answer to a question of the body's where it asked one.",
    "Where a value was read by rules and no person has confirmed it, it may be wrong; the tables say how many there are.",
)
