"""What leads tell of their chances."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.result.lead_propensity import LeadPropensity
from salesmetrics.result.weights_of_evidence import WeightsOfEvidence

__all__ = ["lead_propensities", "weights_of_evidences"]

_NUMBERS = st.integers(0, 3) | st.integers(0, 2**40)


@st.composite
def lead_propensities(draw: DrawFn, style: str | None = None) -> LeadPropensity:
    """Counts by source, of two teams and of leads without one; those of one style add.

    Args:
        draw: Given by hypothesis.
        style: "bayes" or "odoo"; `None` for either.

    Examples:
        >>> from hypothesis import given
        >>> @given(lead_propensities())
        ... def test_twice_the_same(model: LeadPropensity) -> None:
        ...     assert (model + model).n_won == 2 * model.n_won
        >>> test_twice_the_same()
    """
    named = draw(st.sampled_from(["bayes", "odoo"])) if style is None else style
    teams: SearchStrategy[Any] = st.sampled_from([None, "North", "South <b>"])
    rows: list[tuple[Any, ...]] = []
    for team, source, won, lost in draw(
        st.lists(st.tuples(teams, st.sampled_from(["web", "fair", ""]), _NUMBERS, _NUMBERS), max_size=4)
    ):
        rows += [(team, None, None, won, lost), (team, "source", source, won, lost)]
    return LeadPropensity(named, ("source",), (), (), (), "team", "1/10", 20, 1, rows)


def weights_of_evidences() -> SearchStrategy[WeightsOfEvidence]:
    """Counts by what a field says, and where it says nothing; some seen with won leads alone.

    Examples:
        >>> from hypothesis import given
        >>> @given(weights_of_evidences())
        ... def test_undefined_of_nothing(found: WeightsOfEvidence) -> None:
        ...     assert found.counts or found.information_value is None
        >>> test_undefined_of_nothing()
    """
    values: SearchStrategy[Any] = st.sampled_from([None, "web", "fair", ""])
    rows = st.lists(st.tuples(values, _NUMBERS, _NUMBERS), max_size=4)
    return st.builds(WeightsOfEvidence, st.just("source"), st.sampled_from(["0", "1/2"]), rows)
