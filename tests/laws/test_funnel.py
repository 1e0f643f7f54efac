from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_laws import HistoryLaws
from history_strategies import Past, pasts, visits_of
from measure_laws import Options
from salesmetrics import (
    Deal,
    DealChange,
    Deals,
    InvalidValueError,
    Money,
    Outcome,
    SalesProcess,
    Stage,
    StageConversion,
    funnel,
    stage_conversion,
)
from salesmetrics.measure.funnel import way
from salesmetrics.result.stage_conversion import ConversionRule


def steps_of(process: SalesProcess) -> dict[str, int | None]:
    """How far each stage is on the way to won."""
    found: dict[str, int | None] = {}
    n_open = sum(stage.outcome is Outcome.OPEN for stage in process)
    for stage in process:
        before = sum(step is not None and step < n_open for step in found.values())
        found[stage.name] = {Outcome.OPEN: before, Outcome.WON: n_open, Outcome.LOST: None}[stage.outcome]
    return found


def steps_to_won(process: SalesProcess) -> int:
    """How many steps a won deal has come."""
    return sum(stage.outcome is Outcome.OPEN for stage in process)


def in_order(been: list[int | None], goal: int) -> bool:
    """Whether every step up to the goal comes in the list, each after the one before."""
    rest = iter(been)
    return all(step in rest for step in range(goal + 1))


def followed(past: Past, options: Options) -> tuple[int, int, int, int]:
    """Converted, not converted, undecided, and missing, deal by deal."""
    process, rule = past.book.process, options.get("rule", "reached")
    steps = steps_of(process)
    start = steps[options["stage"]]
    assert start is not None
    goal = steps[options["to"]] if "to" in options else start + 1
    assert goal is not None
    n_converted = n_not_converted = n_undecided = n_missing = 0
    for deal in past.book.deals:
        visits = visits_of(past, deal)
        been = [steps[visit.stage] for visit in visits]
        if not visits or process.outcome_of(visits[-1].stage) is not Outcome.WON:
            won = steps_to_won(process)
            been = [None if step == won else step for step in been]
        n_missing += not visits
        if rule == "direct":
            for step, after in zip(been, [*been[1:], "still here"], strict=False):
                if step == start:
                    n_converted += after == goal
                    n_undecided += after == "still here"
                    n_not_converted += after not in (goal, "still here")
            continue
        highest = max([step for step in been if step is not None], default=-1)
        if rule == "reached":
            came, converted = highest >= start, highest >= goal
        elif rule == "strict":
            came, converted = in_order(been, start), in_order(been, goal)
        else:
            came, converted = start in been, start in been and goal in been
        is_open = bool(visits) and process.outcome_of(visits[-1].stage) is Outcome.OPEN
        is_undecided = came and not converted and is_open and highest < goal
        n_converted += converted
        n_undecided += is_undecided
        n_not_converted += came and not converted and not is_undecided
    return n_converted, n_not_converted, n_undecided, n_missing


def counts_of(deals: Deals, options: Options) -> tuple[int, int, int, int]:
    found = stage_conversion(deals, **options)
    return found.n_converted, found.n_not_converted, found.n_undecided, found.n_missing


class TestStageConversion(HistoryLaws):
    measure = staticmethod(stage_conversion)

    @given(pasts(), st.data())
    def test_definition(self, past: Past, data: DataObject) -> None:
        options = data.draw(self.options(past.table))
        for rule in ("reached", "strict", "direct", "any"):
            options["rule"] = rule
            assert counts_of(past.table, options) == followed(past, options)
            found = stage_conversion(past.table, **options)
            is_decided = options.get("decided_only", False) or rule == "direct"
            undecided = 0 if is_decided else found.n_undecided
            assert found.whole == found.n_converted + found.n_not_converted + undecided
            assert (found.stage, found.rule) == (options["stage"], rule)

    @given(pasts(), st.data())
    def test_rules(self, past: Past, data: DataObject) -> None:
        options: Options = data.draw(self.options(past.table))
        asked: list[Options] = [
            {**options, "rule": rule, "decided_only": False} for rule in ("reached", "any", "strict")
        ]
        reached, ever, strict = (stage_conversion(past.table, **one) for one in asked)
        assert reached.whole >= ever.whole >= strict.whole
        assert reached.n_converted >= ever.n_converted >= strict.n_converted

    @given(pasts(), st.data())
    def test_decided(self, past: Past, data: DataObject) -> None:
        options: Options = data.draw(self.options(past.table))
        asked: list[Options] = [{**options, "decided_only": only} for only in (False, True)]
        every, decided = (stage_conversion(past.table, **one) for one in asked)
        assert evolve(every, counted="decided") == decided
        if options.get("rule") != "direct":
            assert every.whole - decided.whole == every.n_undecided

    @given(pasts(), st.data())
    def test_lost(self, past: Past, data: DataObject) -> None:
        lost = Stage("lost at last", 0, Outcome.LOST)
        book = evolve(past.given, process=SalesProcess([*past.given.process, lost]))
        last = {deal.id: visit.stage for deal in past.given.deals for visit in visits_of(past, deal)[-1:]}
        still_open = [deal for deal, stage in last.items() if book.process.outcome_of(stage) is Outcome.OPEN]
        ends = [DealChange(deal, datetime.max, stage=lost.name) for deal in still_open]  # noqa: DTZ901
        rule = data.draw(st.sampled_from(["reached", "strict", "any"]))
        options: Options = data.draw(self.options(past.table)) | {"rule": rule, "decided_only": False}
        before, after = (
            stage_conversion(evolve(past, given=book, changes=changes).table, **options)
            for changes in (past.changes, [*past.changes, *ends])
        )
        assert (after.n_converted, after.whole, after.n_undecided) == (before.n_converted, before.whole, 0)

    @given(pasts())
    def test_last_outcome(self, past: Past) -> None:
        process = past.book.process
        stages = way(process)
        assume(len(stages) > 1 and process.outcome_of(stages[-1]) is Outcome.WON)
        ends = [visits_of(past, deal)[-1:] for deal in past.book.deals]
        n_won = sum(process.outcome_of(visit.stage) is Outcome.WON for last in ends for visit in last)
        for stage in stages[:-1]:
            assert stage_conversion(past.table, stage=stage, to=stages[-1]).n_converted == n_won


def final_call(*, then: str | None = None, rule: ConversionRule = "any", decided_only: bool = False) -> StageConversion:
    """The conversion of one deal that was won in February, and in March came into another stage."""
    days = {stage: date(2026, 1, number) for number, stage in enumerate(SalesProcess.standard().names[:5], 1)}
    days |= {"Won": date(2026, 2, 1)} | ({then: date(2026, 3, 1)} if then else {})
    history = [DealChange("D-1", day, stage=stage) for stage, day in days.items()]
    stage, day = then or "Won", date(2026, 3, 1) if then else date(2026, 2, 1)
    closed = None if stage == "Qualified" else day
    deal = Deal("D-1", Money.of(900, "USD"), stage, "Ada", date(2026, 1, 5), closed=closed)
    book = Deals.of([deal]).with_history(history, accept={"moved_after_close", "reopened"})
    return stage_conversion(book, stage="Final call", to="Won", rule=rule, decided_only=decided_only)


@pytest.mark.parametrize("rule", ["reached", "strict", "direct", "any"])
def test_a_deal_that_was_won_and_then_lost_is_not_won(rule: ConversionRule) -> None:
    counts = ("n_converted", "n_not_converted", "n_undecided")
    kept, taken_back = (final_call(then=then, rule=rule) for then in (None, "Lost"))
    assert [[getattr(one, name) for name in counts] for one in (kept, taken_back)] == [[1, 0, 0], [0, 1, 0]]
    assert final_call(then="Lost", rule=rule, decided_only=True).value == 0


def test_a_deal_that_was_won_and_then_opened_again_is_undecided() -> None:
    again = final_call(then="Qualified")
    assert (again.n_converted, again.n_not_converted, again.n_undecided) == (0, 0, 1)


EMPTY = Deals.of([]).with_history([])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"stage": "Won"},
            r"stage must be an open one with another after it on the way to won, got 'Won'; take one of",
        ),
        ({"stage": "Lost"}, r"stage must be an open one with another after it on the way to won, got 'Lost'"),
        ({"stage": "Qualifed"}, r"a stage must be one of the process, got 'Qualifed'; did you mean 'Qualified'"),
        ({"stage": "Qualified", "to": "Wno"}, r"a stage must be one of the process, got 'Wno'; did you mean 'Won'"),
        (
            {"stage": "Qualified", "to": "Qualified"},
            r"to must come after 'Qualified' on the way to won, got 'Qualified'",
        ),
        (
            {"stage": "Qualified", "to": "Lost"},
            r"to must come after 'Qualified' on the way to won, got 'Lost'; take one",
        ),
        ({"stage": "Qualified", "rule": "ever"}, r"rule must be one of \[.*\], got 'ever'"),
        ({"stage": "Qualified", "decided_only": "no"}, r"decided_only must be True or False, got 'no'; write"),
    ],
)
def test_what_is_no_step_is_refused(options: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        stage_conversion(EMPTY, **options)


def test_a_process_without_a_won_stage_ends_at_its_last_open_one() -> None:
    deals = Deals.of([], SalesProcess([Stage("Lead", 0.1), Stage("Offer", 0.5)])).with_history([])
    assert stage_conversion(deals, stage="Lead").to == "Offer"
    with pytest.raises(InvalidValueError, match="stage must be an open one with another after it"):
        stage_conversion(deals, stage="Offer")


def test_the_flag_of_a_funnel_is_a_truth_value() -> None:
    for deals in (EMPTY, Deals.of([], SalesProcess([Stage("Lead", 0.1)])).with_history([])):
        with pytest.raises(InvalidValueError, match="decided_only must be True or False, got 'no'"):
            funnel(deals, decided_only="no")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class TestFiveWays:
    """Straight to a win, past a stage and back, to and fro, back to the start, and a win that did not last."""

    WAYS = (["A", "B", "C", "Won"], ["A", "C", "B"], ["A", "B", "A", "B"], ["A", "B", "C", "A"], ["A", "Won", "A"])
    PROCESS = SalesProcess(
        [
            *(Stage(name, 0.5, Outcome.OPEN) for name in "ABC"),
            *(Stage(name, 1.0, Outcome.WON) for name in ("Won", "Renewed")),
            Stage("Lost", 0.0, Outcome.LOST),
        ]
    )

    def book(self) -> Deals:
        first, last = date(2026, 1, 1), date(2026, 1, 4)
        deals = [
            Deal(number, Money(1, "USD"), way[-1], None, first, last if way[-1] == "Won" else None)
            for number, way in enumerate(self.WAYS)
        ]
        history = [
            DealChange(number, date(2026, 1, day), stage=stage)
            for number, way in enumerate(self.WAYS)
            for day, stage in enumerate(way, start=1)
        ]
        return Deals.of(deals, self.PROCESS).with_history(history, accept=("reopened",))

    @pytest.mark.parametrize(
        ("to", "rule", "counts"),
        [
            ("B", "reached", (4, 0, 1)),
            ("C", "reached", (3, 0, 2)),
            ("C", "strict", (2, 1, 2)),
            ("C", "any", (3, 0, 2)),
            ("B", "direct", (4, 2, 2)),  # of moves and stays
        ],
    )
    def test_each_rule_counts_its_own(self, to: str, rule: ConversionRule, counts: tuple[int, int, int]) -> None:
        found = stage_conversion(self.book(), stage="A", to=to, rule=rule)
        assert (found.n_converted, found.n_not_converted, found.n_undecided) == counts

    def test_every_win_is_the_end_of_the_way(self) -> None:
        found = stage_conversion(self.book(), stage="A", to="Renewed")
        assert (found.to, found.n_converted) == ("Renewed", 1)

    def test_the_stages_to_take_are_named(self) -> None:
        with pytest.raises(InvalidValueError, match=r"got 'Won'; take one of \['A', 'B', 'C'\]$"):
            stage_conversion(self.book(), stage="Won")
        with pytest.raises(InvalidValueError, match=r"got 'A'; take one of \['C', 'Won'\]$"):
            stage_conversion(self.book(), stage="B", to="A")
        with pytest.raises(InvalidValueError, match="stage_conversion must know the deals' history"):
            stage_conversion([Deal("D-1", Money(1, "USD"), "Qualified", None, date(2026, 1, 5))], stage="Qualified")
