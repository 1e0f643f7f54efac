from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from measure_laws import minor_of
from salesmetrics import (
    Assignment,
    Assignments,
    Call,
    CallRollup,
    CurrencyMismatchError,
    Deal,
    ForecastAccuracy,
    InvalidValueError,
    Money,
    Outcome,
    Period,
    call_bias,
    intuitive_forecast,
)
from salesmetrics.strategies.calls import Q1, Q2, call_lists
from salesmetrics.strategies.people import REPS, assignment_tables
from strategies import Book, laid_down

VIEWS = st.sampled_from([Q1.start - timedelta(30), Q1.start, Q1.start + timedelta(2), Q1.end])
USUAL: Any = {"period": Q1, "as_of": Q1.end}


def standing(calls: list[Call], period: Period, day: date) -> list[Call]:
    """The latest call of each person and deal, one by one, but those that take one back."""
    found = []
    for call in calls:
        later = [
            one for one in calls
            if (one.by, one.period, one.deal) == (call.by, call.period, call.deal) and call.made_on < one.made_on < day
        ]  # fmt: skip
        if call.period == period and call.made_on < day and not later and call.amount is not None:
            found.append(call)
    return found


def minor(call: Call) -> int:
    return call.amount.minor if isinstance(call.amount, Money) else call.amount or 0


def is_counted(call: Call, calls: list[Call], staff: Assignments, day: date) -> bool:
    """Whether no other call stands in for one."""
    line = [call.by, *staff.managers_of(call.by, day)]
    whole = {one.by for one in calls if one.deal is None}
    if call.deal is None:
        return not whole & set(line[1:])
    if whole & set(line):
        return False
    for other in (one for one in calls if one.deal == call.deal and one.by != call.by):
        theirs = [other.by, *staff.managers_of(other.by, day)]
        is_within = bool(whole & set(theirs))
        if (call.by in theirs and is_within) or (other.by in line and not is_within):
            return False
    return True


def are_of_one_line(calls: list[Call], staff: Assignments, day: date) -> bool:
    """Whether of two who call a deal one stands above the other, unless a call of the period has it already."""
    whole = {one.by for one in calls if one.deal is None}
    lines = {one.by: [one.by, *staff.managers_of(one.by, day)] for one in calls}
    free = [one for one in calls if one.deal is not None and not whole & set(lines[one.by])]
    return all(
        one.deal != other.deal or one.by in lines[other.by] or other.by in lines[one.by]
        for one in free
        for other in free
    )


class TestIntuitiveForecast:
    @given(call_lists(), assignment_tables(), VIEWS, st.dictionaries(st.sampled_from(REPS), st.integers(1, 9)))
    def test_definition(self, calls: list[Call], staff: Assignments, day: date, worth: dict[str, int]) -> None:
        known = standing(calls, Q1, day)
        bias = {name: ForecastAccuracy([(10, times), (20, 2 * times)], "USD", 0) for name, times in worth.items()}
        asked: Any = {"period": Q1, "as_of": day, "assignments": staff, "bias": bias, "strength": 3}
        if not are_of_one_line(known, staff, day):
            with pytest.raises(InvalidValueError, match="a deal must be called by people of one line, got"):
                intuitive_forecast(calls, **asked)
            return
        rolled = intuitive_forecast(calls, **asked)
        for place, name in enumerate(rolled.by):
            team = [one for one in known if name in (one.by, *staff.managers_of(one.by, day))]
            above = {one.by for one in known if one.deal is None} & set(staff.managers_of(name, day))
            counted = [one for one in team if is_counted(one, team if above else known, staff, day)]
            if not above:  # of whoever has one above, only what the team says is asked
                assert rolled.counted[place] == (sum(map(minor, counted)) if counted else None)
                factors: list[Fraction] = [
                    1 + Fraction(2, 5) * (Fraction(worth.get(one.by, 10), 10) - 1) for one in counted
                ]
                exact = sum(minor(one) * factor for one, factor in zip(counted, factors, strict=True))
                corrected = rolled.corrected[place]
                assert corrected is None or -1 <= 2 * (Fraction(corrected) - exact) <= 1
            own = [one for one in known if one.by == name]
            whole = [one for one in own if one.deal is None] or own
            assert rolled.said[place] == (sum(map(minor, whole)) if whole else None)
            assert rolled.made_on[place] == max((one.made_on for one in whole), default=None)
            assert rolled.manager[place] == next(iter(staff.managers_of(name, day)), None)
            lowest = [one for one in team if self.is_lowest(one, known, staff, day)]
            assert rolled.called[place] == (sum(map(minor, lowest)) if team else None)
        assert set(rolled.by) >= {one.by for one in known}
        assert rolled.n_other_period == len(standing(calls, Q2, day))

    @staticmethod
    def is_lowest(call: Call, calls: list[Call], staff: Assignments, day: date) -> bool:
        """Whether nobody below says it too."""
        below = [one for one in calls if call.by in staff.managers_of(one.by, day)]
        if call.deal is None:
            return not below
        own = any(one.by == call.by and one.deal is None for one in calls)
        return not own and not any(one.deal == call.deal for one in below)

    @given(call_lists(), assignment_tables(), st.data())
    def test_order(self, calls: list[Call], staff: Assignments, data: st.DataObject) -> None:
        assume(are_of_one_line(standing(calls, Q1, Q1.end), staff, Q1.end))
        mixed = data.draw(st.permutations(calls))
        rolled = intuitive_forecast(calls, assignments=staff, **USUAL)
        assert intuitive_forecast(iter(mixed), assignments=[*staff][::-1], **USUAL) == rolled

    @given(call_lists(), call_lists(), VIEWS)
    def test_poisoned_future(self, calls: list[Call], later: list[Call], day: date) -> None:
        known = [one for one in calls if one.made_on < day]
        assume(are_of_one_line(standing(known, Q1, day), Assignments.of([]), day))
        poison = [one for one in later if one.made_on >= day]
        asked: Any = {"period": Q1, "as_of": day}
        assert intuitive_forecast([*known, *poison], **asked) == intuitive_forecast(known, **asked)

    @given(call_lists(), assignment_tables(), st.sampled_from(REPS))
    def test_taken_back(self, calls: list[Call], staff: Assignments, name: str) -> None:
        assume(are_of_one_line(standing(calls, Q1, Q1.end), staff, Q1.end))
        others = [one for one in calls if (one.by, one.deal) != (name, None)]
        back = Call(name, Q1, None, None, Q1.end - timedelta(1))
        assume(all(one.made_on < back.made_on for one in calls))
        assume(are_of_one_line(standing(others, Q1, Q1.end), staff, Q1.end))
        never = intuitive_forecast(others, assignments=staff, **USUAL)
        assert intuitive_forecast([*calls, back], assignments=staff, **USUAL).value == never.value

    @given(call_lists(), assignment_tables())
    def test_stands_in(self, calls: list[Call], staff: Assignments) -> None:
        known = standing(calls, Q1, Q1.end)
        assume(are_of_one_line(known, staff, Q1.end))
        rolled = intuitive_forecast(calls, assignments=staff, **USUAL)
        for call in known:
            if call.deal is None:
                assert rolled.counted[rolled.by.index(call.by)] == minor(call)


class TestCallBias:
    @given(call_lists(), laid_down(), assignment_tables(), st.sampled_from([0, -30, 5]))
    def test_definition(self, calls: list[Call], book: Book, staff: Assignments, lead: int) -> None:
        assume(book.table.currency in ("USD", "XXX"))
        found = call_bias(calls, book.table, as_of=Q2.end, assignments=staff, lead_days=lead)
        expected: dict[str, list[Any]] = {}
        for period in (Q1, Q2):
            known = standing(calls, period, period.start - timedelta(lead))
            for name in sorted({one.by for one in known}):
                whole = [minor(one) for one in known if one.by == name and one.deal is None]
                came = [
                    minor_of(deal, "amount") for deal in book.deals if self.is_theirs(deal, name, period, book, staff)
                ]
                actual = (
                    None if came and not [one for one in came if one is not None] else sum(one or 0 for one in came)
                )
                expected.setdefault(name, []).append((sum(whole) if whole else None, actual))
        assert {name: ([*made.pairs], made.n_undefined) for name, made in found.items()} == {
            name: (sorted(pair for pair in pairs if None not in pair), sum(None in pair for pair in pairs))
            for name, pairs in expected.items()
        }

    @staticmethod
    def is_theirs(deal: Deal, name: str, period: Period, book: Book, staff: Assignments) -> bool:
        if book.process.outcome_of(deal.stage) is not Outcome.WON or deal.closed is None or deal.owner is None:
            return False
        return deal.closed in period and name in (deal.owner, *staff.managers_of(deal.owner, deal.closed))

    @given(call_lists(), laid_down())
    def test_order(self, calls: list[Call], book: Book) -> None:
        assume(book.table.currency in ("USD", "XXX"))
        asked: Any = {"as_of": Q2.end}
        assert call_bias(calls[::-1], book.table[::-1], **asked) == call_bias(calls, book.table, **asked)

    @given(call_lists(), call_lists(), laid_down(), VIEWS)
    def test_poisoned_future(self, calls: list[Call], later: list[Call], book: Book, day: date) -> None:
        assume(book.table.currency in ("USD", "XXX"))
        known = [one for one in calls if one.made_on < day]
        poison = [one for one in later if one.made_on >= day]
        closed = book.table.closed
        before = book.table.filter(~closed.known | (closed.values < (day - date(1970, 1, 1)).days))
        assert call_bias([*known, *poison], book.table, as_of=day) == call_bias(known, before, as_of=day)


def said(name: str, amount: Any, day: date = Q1.start, deal: str | None = None) -> Call:
    return Call(name, Q1, amount, None, day, deal)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Call(5, Q1, 1, None, Q1.start), "Call.by must be text, got 5"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        (lambda: Call("Ada", "Q1", 1, None, Q1.start), "Call.period must be a Period, got 'Q1'"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        (lambda: said("Ada", 1.5), "Call.amount must be Money, a whole number or None, got 1.5"),
        (lambda: said("Ada", True), "Call.amount must be Money, a whole number or None, got True"),
        (lambda: said("Ada", 1, deal=""), "Call.deal must be an id or None, got ''"),
        (
            lambda: Call("Ada", Q1, 1, 80, Q1.start),
            "Call.confidence must be a fraction in .*, got 80; did you mean 0.8",
        ),
        (lambda: said("Ada", 1, "today"), "Call.made_on must be a date"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        (
            lambda: intuitive_forecast([said("Ada", 1), said("Ada", 2)], **USUAL),
            "must be one a day, got two that differ",
        ),
        (lambda: intuitive_forecast([said("Ada", 1), said("Bo", Money(1, "USD"))], **USUAL), "of money or of plain"),
        (lambda: intuitive_forecast([1], **USUAL), "calls must be Call objects, got int"),  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
        (lambda: intuitive_forecast([], strength=0, **USUAL), "strength must be a whole number above zero, got 0"),
        (lambda: intuitive_forecast([], bias=[1], **USUAL), r"bias must be ForecastAccuracy by caller, got \[1\]"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        (lambda: intuitive_forecast([], bias={"Ada": 1}, **USUAL), "bias must be ForecastAccuracy by caller, got 1"),  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
        (
            lambda: call_bias([said("Ada", 1)], [], as_of=Q2.end, lead_days=-Q1.days),
            "to days before the end of each per",
        ),
        (
            lambda: call_bias([said("Ada", 1)], [], as_of=Q1.end, lead_days=10**7),
            "lead_days must lead to days that the",
        ),
        (lambda: call_bias([], [], as_of=Q1.end, lead_days=1.5), "lead_days must be whole days, got 1.5"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ],
)
def test_what_is_no_call_is_refused(make: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        make()


def test_calls_of_single_deals_are_not_held_against_all_that_was_won() -> None:
    won = [Deal(n, Money(n, "USD"), "Won", "Ada", Q1.start, Q1.start + timedelta(1)) for n in (300, 700)]
    of_deal = said("Ada", Money(300, "USD"), Q1.start, "300")
    alone = call_bias([of_deal], won, as_of=Q1.end, lead_days=-30)["Ada"]
    assert ([*alone.pairs], alone.n_undefined) == ([], 1)
    beside = call_bias([of_deal, said("Ada", Money(900, "USD"))], won, as_of=Q1.end, lead_days=-30)["Ada"]
    assert ([*beside.pairs], beside.n_undefined) == ([(900, 1000)], 0)


def test_calls_of_other_periods_and_people_who_stand_apart_are_told() -> None:
    team = [Assignment("Ada", "Cleo", "North", date(2025, 1, 1))]

    def said(name: str, period: Period, amount: int | None = 5) -> Call:
        return Call(name, period, None if amount is None else Money(amount, "USD"), None, Q1.start)

    calls = [
        said("Ada", Q1),
        said("Adda", Q1),
        said("Ada", Period(Q1.start, Q1.end - timedelta(1))),
        said("Bo", Q2, None),
    ]
    rolled = intuitive_forecast(calls, assignments=team, **USUAL)
    assert (rolled.value, rolled.n_other_period, rolled.n_unassigned) == (Money(10, "USD"), 1, 1)
    notes = ["left aside: 1 call of another period", "1 person stands apart: nobody above them, and nobody below"]
    assert str(rolled).split("\n")[-2:] == notes
    assert all(note in rolled._repr_html_() for note in notes)
    more = intuitive_forecast([*calls, said("Bo", Q1), said("Cy", Q2)], assignments=team, **USUAL)
    assert str(more).endswith("2 calls of other periods\n2 people stand apart: nobody above them, and nobody below")
    alone = intuitive_forecast(calls[:2], **USUAL)
    assert (alone.n_unassigned, str(alone).split("\n")[-1][:4]) == (0, "Adda")


@pytest.mark.parametrize(("own", "learned"), [("EUR", "USD"), ("USD", None), (None, "USD")])
def test_what_was_learned_in_another_currency_is_refused(own: str | None, learned: str | None) -> None:
    call = Call("Ada", Q1, 5 if own is None else Money(5, own), None, Q1.start)
    ours, theirs = own or "plain numbers", learned or "plain numbers"
    message = f"bias must be of calls in {ours}, got {theirs}; people call otherwise"
    with pytest.raises(CurrencyMismatchError, match=message):
        intuitive_forecast([call], bias={"Ada": ForecastAccuracy([(5, 4)], learned, 0)}, **USUAL)
    nothing = ForecastAccuracy([], "XXX", 1)
    assert intuitive_forecast([call], bias={"Ada": nothing}, **USUAL).value == call.amount


def test_calls_are_in_one_currency() -> None:
    calls = [said("Ada", Money(1, "EUR")), said("Bo", Money(1, "USD"))]
    with pytest.raises(CurrencyMismatchError, match=r"calls must be in one currency, got \['EUR', 'USD'\]; convert"):
        intuitive_forecast(calls, **USUAL)
    nothing = intuitive_forecast([said("Ada", Money(0, "XXX")), said("Bo", 5)], **USUAL)
    assert nothing.value == 5


def test_a_deal_that_somebody_below_has_in_a_call_of_the_period_is_in_it() -> None:
    staff = [Assignment("Ada", "Cleo", None, date(2025, 1, 1))]
    calls = [said("Ada", 100), said("Ada", 30, deal="D-1"), said("Cleo", 40, deal="D-1"), said("Cleo", 7, deal="D-2")]
    rolled = intuitive_forecast(calls, assignments=staff, **USUAL)
    assert (rolled.value, rolled.called_value) == (107, 107)
    assert intuitive_forecast(calls[1:], assignments=staff, **USUAL).value == 47


def test_a_deal_that_two_call_who_stand_apart_is_refused() -> None:
    calls = [said("Ada", 30, deal="D-1"), said("Bo", 40, deal="D-1")]
    with pytest.raises(InvalidValueError, match=r"got 'D-1' called by \['Ada', 'Bo'\]; take one of"):
        intuitive_forecast(calls, **USUAL)
    assert intuitive_forecast([*calls, said("Bo", None, Q1.start + timedelta(1), "D-1")], **USUAL).value == 30


def test_who_is_silent_is_counted_and_nobody_at_all_is_undefined() -> None:
    staff = [Assignment(name, "Cleo", None, date(2025, 1, 1)) for name in ("Ada", "Bo")]
    silent = intuitive_forecast([], assignments=staff, **USUAL)
    assert (silent.n_silent, silent.value, silent.forecast.value) == (2, None, None)
    one = intuitive_forecast([said("Ada", 5)], assignments=staff, **USUAL)
    assert (one.n_silent, one.value, dict(one.forecast.besides.amounts)) == (1, 5, {"called": Fraction(5)})
    assert intuitive_forecast([said("Cleo", 5)], assignments=staff, **USUAL).n_silent == 0
    assert intuitive_forecast([], **USUAL).forecast.value is None


def test_a_forecast_keeps_what_was_called_and_what_was_made_of_it() -> None:
    staff = [Assignment("Ada", "Cleo", None, date(2025, 1, 1))]
    bias = {"Cleo": ForecastAccuracy([(100, 50)] * 4, None, 0), "Bo": ForecastAccuracy([(0, 5)], None, 0)}
    calls = [said("Ada", 100), said("Cleo", 80), said("Bo", 10)]
    rolled = intuitive_forecast(calls, assignments=staff, bias=bias, **USUAL)
    assert rolled.forecast.besides.amounts == {"called": 110, "adjustments": -20, "corrections": -20}
    assert (rolled.value, rolled.corrected_value, rolled.forecast.value) == (90, 70, 70)
    assert rolled.to_columns()["by"] == ["Bo", "Cleo", "Ada"]
    assert "<td>Cleo</td>" in rolled._repr_html_()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "a roll-up must be what to_dict wrote, got"),
        ({"by": "Ada"}, "a roll-up must hold lists, got"),
        ({"by": []}, "CallRollup must have a period, a day and columns of one length, got"),
        ({"period": 5}, "CallRollup must have a period, a day and columns of one length, got 5"),
        ({"as_of": 5}, "CallRollup must have a period, a day and columns of one length, got"),
        ({"said": [True, 5]}, "CallRollup must hold different people, whole amounts, days and shares, got"),
        ({"by": ["Bo", "Bo"]}, "CallRollup must hold different people"),
        ({"confidence": [2, None]}, "CallRollup must hold different people"),
        ({"made_on": [5, None]}, "CallRollup must hold different people"),
        ({"manager": [5, None]}, "CallRollup must hold different people"),
        ({"currency": "dollars"}, "currency must be"),
    ],
)
def test_what_is_no_roll_up_is_refused(change: Any, message: str) -> None:
    data = intuitive_forecast([said("Ada", 1), said("Bo", 2)], **USUAL).to_dict()
    with pytest.raises(InvalidValueError, match=message):
        CallRollup.from_dict({**data, **change})
