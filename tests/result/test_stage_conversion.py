from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given

from salesmetrics import InvalidValueError, Proportion, StageConversion
from strategies import stage_conversions

STEP = StageConversion("Qualified", "Product demo", "reached", "all", 16, 14, 10, 0)


@given(stage_conversions())
def test_it_reads_as_the_proportion_of_its_counts(step: StageConversion) -> None:
    decided = evolve(step, counted="decided")
    n = step.n_converted + step.n_not_converted
    assert step.proportion == Proportion(step.n_converted, n + step.n_undecided)
    assert decided.proportion == Proportion(step.n_converted, n)
    assert (step.value, step.interval(0.9)) == (step.proportion.value, step.proportion.interval(0.9))


def test_the_undecided_and_the_missing_are_said() -> None:
    assert str(STEP) == "40.0 % from Qualified to Product demo (16 of 40, 10 of them undecided)"
    decided = evolve(STEP, counted="decided", n_missing=2)
    assert str(decided) == (
        "53.3 % from Qualified to Product demo (16 of 30, 10 undecided beside them; 2 without a known stage)"
    )
    for counted in ("all", "decided"):
        assert str(evolve(STEP, counted=counted, n_undecided=0)).endswith(" (16 of 30)")


def test_other_words_are_refused() -> None:
    words: Any
    for words in ({"rule": "ever"}, {"counted": "some"}):
        (name,) = words
        with pytest.raises(InvalidValueError, match=rf"StageConversion.{name} must be one of \[.*\], got"):
            evolve(STEP, **words)


@pytest.mark.parametrize("other", [{"stage": "Won"}, {"to": "Won"}, {"rule": "any"}, {"counted": "decided"}])
def test_other_questions_are_not_added(other: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError, match=f"answers that are added must have one {next(iter(other))}, got"):
        _ = STEP + evolve(STEP, **other)
