from __future__ import annotations

import pytest

from foimail.replies.subjects import alike, bare


@pytest.mark.parametrize(
    "subject",
    [
        "Staff numbers",
        "RE: Staff numbers",
        "Re[2]: FW: Staff  numbers",
        "AW: WG: Staff numbers",
        "RE: [EXTERNAL] Staff numbers",
        "[SECURE] RE: Staff numbers",
        "EXTERNAL: Staff numbers",
        "[OFFICIAL-SENSITIVE] RE: Staff numbers",
        "[Ticket#2026030410000073] Staff numbers",
        "Ticket #4471: Staff numbers",
        "[Case: 00041877] RE: Staff numbers",
        "Automatic reply: Staff numbers",
        "Ateb awtomatig / Automatic reply: Staff numbers",
        "Undeliverable: Staff numbers",
    ],
)
def test_what_programs_put_before_a_subject_is_taken_off(subject: str) -> None:
    assert bare(subject) == "Staff numbers"


@pytest.mark.parametrize("subject", ["Request for staff numbers", "Case law", "Reading room", "Ticket sales"])
def test_words_of_the_subject_itself_stay(subject: str) -> None:
    assert bare(subject) == subject


def test_subjects_are_compared_without_tags_token_and_case() -> None:
    assert alike("RE: [EXTERNAL] Staff Numbers [FOI-7K3Q2M]", "Staff numbers [foi-aaaa22]")
    assert not alike("RE: Staff numbers", "Ambulance delays")
    assert not alike("RE:", "")
