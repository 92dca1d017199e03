"""Wrong passwords cost time, and nobody is kept out for long by those who try their name."""

from __future__ import annotations

from foimail.web.patience import FREE, Patience

HERE, THERE = "192.0.2.1", "192.0.2.2"


def wrong(patience: Patience, times: int, name: str = "rowan", address: str = HERE, now: float = 0) -> float:
    for _ in range(times):
        patience.wrong(name, address, now)
    return patience.left(name, address, now)


def test_slips_cost_nothing_and_each_further_one_doubles_the_wait() -> None:
    patience = Patience()
    assert wrong(patience, FREE - 1) == 0
    assert [wrong(patience, 1) for _ in range(5)] == [1, 2, 4, 8, 16]
    assert patience.left("rowan", HERE, 10) == 6
    assert patience.left("rowan", HERE, 20) == 0


def test_a_name_is_slow_from_everywhere_but_for_a_minute_at_most() -> None:
    patience = Patience()
    assert wrong(patience, 60) == 900
    assert patience.left("rowan", THERE, 0) == 60


def test_an_address_is_slow_for_every_name() -> None:
    patience = Patience()
    for number in range(12):
        patience.wrong(f"name {number}", HERE, 0)
    assert patience.left("another", HERE, 0) == 512
    assert patience.left("another", THERE, 0) == 0


def test_the_right_one_forgives_the_name_and_not_the_address() -> None:
    patience = Patience()
    wrong(patience, 6)
    patience.right("rowan")
    assert patience.left("rowan", THERE, 0) == 0
    assert patience.left("rowan", HERE, 0) == 8
    assert wrong(patience, 1, now=5000) == 0  # an hour later it is a slip again


def test_behind_a_proxy_only_the_name_counts() -> None:
    patience = Patience()
    assert wrong(patience, 20, address="") == 60
    assert patience.left("another", "", 0) == 0


def test_however_much_is_tried_little_is_kept() -> None:
    patience = Patience()
    for number in range(20_000):
        patience.wrong(str(number), str(number), 0)
    assert len(patience._wrong) <= 2 * 4096
