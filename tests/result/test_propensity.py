"""What no counts of won and lost leads can be."""

from __future__ import annotations

from typing import Any

import pytest

from salesmetrics import InvalidValueError, LeadPropensity, WeightsOfEvidence


@pytest.mark.parametrize(
    "rows",
    [
        [5],
        [("web", 1, -1)],
        [("web", 1, 2.0)],
        [("web", 1, 2**63)],
        [("web", True, 2)],
        [(7, 1, 2)],
        [(1, 2)],
    ],
)
def test_rows_are_texts_and_two_counts(rows: Any) -> None:
    with pytest.raises(InvalidValueError, match="counts must be rows of texts with how many were won and lost, got"):
        WeightsOfEvidence("source", "0", rows)


@pytest.mark.parametrize(
    ("alpha", "rows", "message"),
    [
        ("0", [("web", "fair", 1, 2)], "must be of counts by value and an alpha from 0 up, got alpha '0'; ask"),
        ("-1", [], "must be of counts by value and an alpha from 0 up, got alpha '-1'; ask"),
        ("many", [], "alpha must be a number, got 'many'; write '0.5'"),
        ("1/0", [], "alpha must be a number, got '1/0'; write '0.5'"),
        ("1e9999999", [], "alpha must be a number, got '1e9999999'; write '0.5'"),
    ],
)
def test_weights_are_of_one_value_each(alpha: str, rows: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        WeightsOfEvidence("source", alpha, rows)


@pytest.mark.parametrize("rows", [[("web", 1, 2)], [(None, None, "web", 1, 2)], [(None, "source", None, 1, 2)]])
def test_chances_are_of_team_field_and_value(rows: Any) -> None:
    with pytest.raises(InvalidValueError, match="counts must be of team, field and value, got others; ask"):
        LeadPropensity("bayes", ["source"], (), (), (), None, "1", 20, 1, rows)


def test_one_group_is_told_as_one() -> None:
    assert str(WeightsOfEvidence("source", "0", [("web", 1, 1)])) == (
        "information value 0.000 of source (1 group; 1 won, 1 lost)"
    )
    assert (
        str(WeightsOfEvidence("source", "0", [])) == "information value undefined of source (0 groups; 0 won, 0 lost)"
    )
