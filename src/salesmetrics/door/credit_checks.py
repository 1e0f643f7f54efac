"""The one checking of credits against each other, whatever they were made from."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from salesmetrics.door.faults import Faults, many
from salesmetrics.errors import shown

__all__ = ["note_contradictions"]


def note_contradictions(
    deals: Sequence[Hashable],
    reps: Sequence[str | None],
    shares: Sequence[Any],
    overlay: Sequence[bool],
    called: Mapping[str, str],
    faults: Faults,
) -> None:
    """Note credits that come twice, and those whose shares do not add up to 1; rows at fault already are passed over.

    Of a deal of which a credit is at fault nobody knows whose the rest is: of its shares nothing further is said.
    `called` gives the caller's names of the columns.
    """
    if not all(problem.rows for problem in faults.found):  # of a column that is not there nothing further is said
        return
    good = faults.good_rows(len(deals)).tolist()
    seen: dict[Hashable, int] = {}
    twice = [row for row in good if seen.setdefault((deals[row], reps[row], overlay[row]), row) != row]
    if twice:
        detail = many(len(twice), "credit comes", "credits come") + " a second time for the deal and rep"
        of_one = "the credit comes a second time for the deal and rep"
        faults.add(called.get("rep", "rep"), "repeated_credit", detail, "add the two up", twice, of_one=of_one)
    good = faults.good_rows(len(deals)).tolist()
    broken = {deals[row] for row in {*range(len(deals))} - {*good}}
    sums: dict[Hashable, Fraction] = {}
    direct = [row for row in good if not overlay[row] and deals[row] not in broken]
    for row in direct:
        sums[deals[row]] = sums.get(deals[row], Fraction(0)) + shares[row]
    wrong = [row for row in direct if sums[deals[row]] != 1]
    if wrong:
        first = deals[wrong[0]]
        detail = f"the shares of a deal must add up to exactly 1, got {sums[first]} of {shown(first)}"
        of_one = "the shares of its deal do not add up to exactly 1"
        hint = "correct a share; write thirds as Fraction(1, 3), and as 1/3 in data"
        faults.add(called.get("share", "share"), "wrong_sum", detail, hint, wrong, of_one=of_one)
