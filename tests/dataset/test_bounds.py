"""What figures add up to, when some are bands and some were withheld."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from foimail.dataset.bounds import Bounds, of, total
from foimail.replies.reading import Figure

_TRUE = st.integers(0, 500)


def test_each_kind_of_figure_has_its_bounds() -> None:
    assert of(Figure(value=4)) == Bounds(4, 4)
    assert of(Figure(upper=4)) == Bounds(0, 4)  # "<5" may mean none
    assert of(Figure(lower=1, upper=4)) == Bounds(1, 4)
    assert of(Figure(lower=20)) == Bounds(20, None)
    assert of(Figure(withheld=True)) == Bounds(0, None)
    assert total([]) == Bounds(0, 0)
    assert total([]).exact
    assert not of(Figure(upper=4)).exact


@given(
    st.lists(st.tuples(_TRUE, st.sampled_from(["value", "below", "band", "above", "withheld"]), _TRUE, _TRUE))
)
def test_the_bounds_hold_the_true_total(cells: list[tuple[int, str, int, int]]) -> None:
    def masked(true: int, how: str, less: int, more: int) -> Figure:
        match how:
            case "value":
                return Figure(value=true)
            case "below":
                return Figure(upper=true + more)
            case "band":
                return Figure(lower=max(0, true - less), upper=true + more)
            case "above":
                return Figure(lower=max(0, true - less))
        return Figure(withheld=True)

    true = sum(cell[0] for cell in cells)
    found = total(masked(*cell) for cell in cells)
    assert found.lower <= true
    assert found.upper is None or true <= found.upper
