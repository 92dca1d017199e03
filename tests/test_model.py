from __future__ import annotations

from typing import Any

import pytest

from foimail.model import Audience, Body, Message

BODY = Body("RAA", "Ashcombe", "England", type="acute", tags=("pilot", "north"), where="trusts.yaml:3")


@pytest.mark.parametrize(
    ("asked", "included"),
    [
        ({}, True),
        ({"types": ("acute", "ambulance")}, True),
        ({"types": ("ambulance",)}, False),
        ({"nations": ("England",)}, True),
        ({"nations": ("Wales",)}, False),
        ({"tags": ("north", "south")}, True),
        ({"tags": ("south",)}, False),
        ({"exclude": ("RAA",)}, False),
        ({"exclude": ("RBB",)}, True),
    ],
)
def test_an_audience_is_narrowed_by_types_nations_tags_and_exceptions(
    asked: dict[str, Any], *, included: bool
) -> None:
    assert Audience(**asked).includes(BODY) is included


def test_the_place_in_the_file_makes_no_other_body() -> None:
    assert Body("RAA", "Ashcombe", "England", type="acute", tags=("pilot", "north"), where="else:9") == BODY


def test_a_header_is_found_by_its_name_in_any_case() -> None:
    headers = (("precedence", "bulk"), ("precedence", "junk"))
    message = Message("0", None, (), (), (), "", "", "", (), "", None, "", headers=headers)
    assert (message.header("Precedence"), message.header("x-autoreply")) == ("bulk", "")
