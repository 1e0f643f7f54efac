"""Single things: money, days, stages, deals, reps, calendars."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from math import prod
from typing import Any, get_args

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.model.business_hours import BusinessHours
from salesmetrics.model.calendar import Calendar, PeriodKey, Unit
from salesmetrics.model.deal import Deal
from salesmetrics.model.deal_fields import KINDS
from salesmetrics.model.fiscal_calendar import FiscalCalendar
from salesmetrics.model.goal import Goal, GoalBasis
from salesmetrics.model.money import Money
from salesmetrics.model.new_hires import NewHires
from salesmetrics.model.period import Period
from salesmetrics.model.rep import Rep
from salesmetrics.model.retail_calendar import Anchor, Pattern, RetailCalendar, Weekday
from salesmetrics.model.stage import Category, Outcome, SalesProcess, Stage

__all__ = [
    "IN_A_COLUMN",
    "STANDARD",
    "business_hours",
    "calendars",
    "categories",
    "currencies",
    "days",
    "days_around",
    "deals",
    "fiscal_calendars",
    "goals",
    "minor_units",
    "money",
    "new_hires",
    "outcomes",
    "period_keys",
    "periods",
    "probabilities",
    "processes",
    "reps",
    "retail_calendars",
    "stages",
    "successive_periods",
]

STANDARD = SalesProcess.standard()

IN_A_COLUMN = 2**63 - 1
"""The largest amount that a table can hold."""

_NEAR = [date(2026, 1, 1) + timedelta(days=number) for number in (0, 1, 2, 30, 31, 59, 90)]
_FAR = [date(1969, 12, 31), date.min, date.max]
_NAMES = [None, "Ada", "Bo", "", " ", "Ünal 雪", "<script>", "a\x1b[31m\n"]


@cache
def currencies() -> SearchStrategy[str]:
    """Currencies of two, no, three and four decimals, and XXX, that of no money.

    Examples:
        >>> from hypothesis import given
        >>> @given(currencies())
        ... def test_every_currency_has_a_zero(currency: str) -> None:
        ...     assert Money(0, currency) == Money(0, currency) + Money(0, "XXX")
        >>> test_every_currency_has_a_zero()
    """
    return st.sampled_from(["USD", "JPY", "BHD", "CLF", "XXX"])


@cache
def minor_units(most: int = 10**38 - 1, *, negative: bool = True) -> SearchStrategy[int]:
    """Whole minor units of money: zero, a few cents that often tie, as many as there can be, and what lies between.

    Args:
        most: The largest size.
        negative: Whether some are below zero.

    Examples:
        >>> from hypothesis import given
        >>> @given(minor_units(500, negative=False))
        ... def test_bounds(minor: int) -> None:
        ...     assert 0 <= minor <= 500
        >>> test_bounds()
    """
    ends = [size for size in (10**15 + 1, 2**62, IN_A_COLUMN, most) if size <= most]
    few = min(_FEW, most)
    last = few + len(ends)

    def size_of(number: int) -> int:
        return number if abs(number) <= few else ends[abs(number) - few - 1] * (1 if number > 0 else -1)

    return st.integers(-last if negative else 0, last).map(size_of) | st.integers(-most if negative else 0, most)


_FEW = 30


@cache
def money(currency: str | None = None, most: int = 10**38 - 1, *, negative: bool = True) -> SearchStrategy[Money]:
    """Money, down to the zero of its currency; of XXX there is only the zero.

    Args:
        currency: The currency; `None` for any.
        most: The largest size in minor units; a table holds up to 2**63 - 1.
        negative: Whether some is below zero.

    Examples:
        >>> from hypothesis import given
        >>> @given(money())
        ... def test_zero_of_no_currency_adds_nothing(amount: Money) -> None:
        ...     assert amount + Money(0, "XXX") == amount
        >>> test_zero_of_no_currency_adds_nothing()
    """
    if currency is None:
        some = currencies().flatmap(lambda code: money(code, most, negative=negative))
        return st.just(Money(0, "XXX")) | some
    if currency == "XXX":
        return st.just(Money(0, "XXX"))
    return minor_units(most, negative=negative).map(lambda minor: Money(minor, currency))


@cache
def days() -> SearchStrategy[date]:
    """Days that often meet each other and the bounds of months, and any other, as far as the calendar goes.

    Examples:
        >>> from hypothesis import given
        >>> @given(days())
        ... def test_any_day(day: date) -> None:
        ...     assert date.min <= day <= date.max
        >>> test_any_day()
    """
    return st.sampled_from([*_NEAR, *_FAR]) | st.dates()


def days_around(deals: Sequence[Deal]) -> SearchStrategy[date]:
    """Days on which a measure's answer can change: those of the deals, and the days before and after these.

    Args:
        deals: The deals; where none has a day, any day is drawn.

    Examples:
        >>> from hypothesis import given
        >>> deal = Deal("D-1", None, "Won", None, date(2026, 1, 5), date(2026, 2, 1))
        >>> @given(days_around([deal]))
        ... def test_a_day_beside(as_of: date) -> None:
        ...     assert min(abs(as_of - deal.created), abs(as_of - deal.closed)) <= timedelta(days=1)
        >>> test_a_day_beside()
    """
    own = {day for deal in deals for day in (deal.created, deal.closed, deal.expected_close) if day is not None}
    beside = {day + timedelta(days=1) for day in own if day < date.max}
    beside |= {day - timedelta(days=1) for day in own if day > date.min}
    return st.sampled_from(sorted(own)) | st.sampled_from(sorted(beside)) if own else days()


def periods(bounds: SearchStrategy[date] | None = None) -> SearchStrategy[Period]:
    """Half-open spans, of a single day and of ten thousand years, with a name or without.

    Args:
        bounds: The days among which they begin and end, such as `days_around(deals)`; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(periods())
        ... def test_half_open(period: Period) -> None:
        ...     assert period.start in period
        ...     assert period.end not in period
        >>> test_half_open()
    """
    some = days() if bounds is None else bounds
    return st.builds(_span, some, some, _PERIOD_NAMES)


def _span(one: date, other: date, name: str | None) -> Period:
    """The days between; of two equal ones, that day alone."""
    start, end = min(one, other), max(one, other)
    if start == date.max:
        start -= timedelta(days=1)
    elif start == end:
        end += timedelta(days=1)
    return Period(start, end, name)


_PERIOD_NAMES = st.sampled_from([None, "Q1", "Q\x1b1 <b>"])


@st.composite
def successive_periods(draw: DrawFn, bounds: SearchStrategy[date] | None = None) -> tuple[Period, ...]:
    """One to five periods in order, some with a gap between them: what a trend is asked of.

    Args:
        draw: Given by hypothesis.
        bounds: The days among which they begin and end, such as `days_around(deals)`; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(successive_periods())
        ... def test_in_order(found: tuple[Period, ...]) -> None:
        ...     assert all(one.end <= after.start for one, after in zip(found, found[1:]))
        >>> test_in_order()
    """
    cuts = sorted(draw(st.lists(days() if bounds is None else bounds, min_size=2, max_size=6, unique=True)))
    found = [Period(start, end, draw(_PERIOD_NAMES)) for start, end in pairwise(cuts)]
    left_out = draw(st.integers(0, len(found) - 1))  # 0 for none, for the first period is always there
    return tuple(one for place, one in enumerate(found) if not left_out or place != left_out)


@cache
def goals() -> SearchStrategy[Goal]:
    """Goals of more and of less, and of no change, of both kinds.

    Examples:
        >>> from fractions import Fraction
        >>> from hypothesis import given
        >>> @given(goals())
        ... def test_a_goal_of_no_change(goal: Goal) -> None:
        ...     assert goal.target(Fraction(1)) == 1 + goal.change
        >>> test_a_goal_of_no_change()
    """
    changes = st.sampled_from([0, "0.05", "-0.1", "1/3"]) | st.fractions(-5, 5, max_denominator=1000)
    return st.builds(Goal, st.sampled_from(["", "Win more", "<b>\n"]), changes, st.sampled_from(get_args(GoalBasis)))


@cache
def probabilities() -> SearchStrategy[float]:
    """Whole millionths, and both ends often.

    Examples:
        >>> from hypothesis import given
        >>> @given(probabilities())
        ... def test_whole_millionths(chance: float) -> None:
        ...     assert Stage("Talking", chance).probability == chance
        >>> test_whole_millionths()
    """
    return st.sampled_from([0.0, 0.5, 1.0, 0.25, 0.000001, 0.999999]) | st.integers(0, 10**6).map(lambda n: n / 10**6)


@cache
def outcomes() -> SearchStrategy[Outcome]:
    """Open, won and lost.

    Examples:
        >>> from hypothesis import given
        >>> @given(outcomes())
        ... def test_by_value(outcome: Outcome) -> None:
        ...     assert Outcome(outcome.value) is outcome
        >>> test_by_value()
    """
    return st.sampled_from(Outcome)


@cache
def categories() -> SearchStrategy[Category]:
    """Forecast categories.

    Examples:
        >>> from hypothesis import given
        >>> @given(categories())
        ... def test_by_value(category: Category) -> None:
        ...     assert Category(category.value) is category
        >>> test_by_value()
    """
    return st.sampled_from(Category)


@st.composite
def stages(draw: DrawFn, name: str | None = None) -> Stage:
    """A stage of any outcome, and sometimes of a category that is not the usual one.

    Args:
        draw: Given by hypothesis.
        name: Its name; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(stages("Signed"))
        ... def test_what_is_won_is_certain(stage: Stage) -> None:
        ...     assert stage.name == "Signed"
        ...     assert stage.probability == 1 or stage.outcome is not Outcome.WON
        >>> test_what_is_won_is_certain()
    """
    outcome = draw(outcomes())
    certain = {Outcome.WON: 1.0, Outcome.LOST: 0.0}
    named = draw(st.sampled_from(_STAGE_NAMES) | st.text(min_size=1)) if name is None else name
    stage = Stage(named, draw(probabilities()) if outcome is Outcome.OPEN else certain[outcome], outcome)
    category = draw(_or_none(categories()))
    return stage if category is None else evolve(stage, category=category)


_STAGE_NAMES = ["S", "T", "A", "<b>", "Won"]


@cache
def processes() -> SearchStrategy[SalesProcess]:
    """The standard one, and any other: of a single stage, of none that is won, in an order that is not alphabetical.

    Examples:
        >>> from hypothesis import given
        >>> @given(processes())
        ... def test_stages_by_name(process: SalesProcess) -> None:
        ...     assert all(process[name].name == name for name in process.names)
        >>> test_stages_by_name()
    """
    names = st.lists(st.sampled_from(_STAGE_NAMES), min_size=1, unique=True)
    others = names.flatmap(lambda chosen: st.tuples(*map(stages, chosen))).map(SalesProcess)
    return st.just(STANDARD) | others


@st.composite
def deals(
    draw: DrawFn, process: SalesProcess | None = None, accept: Collection[str] = (), currency: str | None = None
) -> Deal:
    """A deal that a table takes: of the process, and with no doubts but those that are accepted.

    Deals drawn one by one may share an id; `books` gives each its own.

    Args:
        draw: Given by hypothesis.
        process: The stages that it can be in; `None` for `SalesProcess.standard()`.
        accept: Doubts that it may have, such as "missing_amount"; the names are those of `Deals.of`.
        currency: Of its amounts; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(deals(accept={"missing_amount"}))
        ... def test_no_other_doubt(deal: Deal) -> None:
        ...     assert deal.created is not None
        ...     assert deal.amount is None or deal.amount >= Money(0, "XXX")
        >>> test_no_other_doubt()
    """

    def maybe(strategy: SearchStrategy[Any], doubt: str = "") -> Any:
        return draw(_or_none(strategy)) if doubt in {"", *accept} else draw(strategy)

    unit = draw(currencies()) if currency is None else currency
    stage = draw(st.sampled_from((process or STANDARD).stages))
    created = maybe(days(), "missing_created")
    closed = None if stage.outcome is Outcome.OPEN else maybe(days(), "missing_close")
    if created is not None and closed is not None and "closed_before_created" not in accept:
        created, closed = min(created, closed), max(created, closed)
    name, account, kind, category, probability, region, tier, is_staged = draw(_REST)
    values = {
        "arr": maybe(money(unit, IN_A_COLUMN)),
        "units": maybe(minor_units(IN_A_COLUMN)),
    }
    labels = {"region": region, "tier": tier}
    return Deal(
        id=name,
        amount=maybe(money(unit, IN_A_COLUMN, negative="negative_amount" in accept), "missing_amount"),
        stage=None if not is_staged and stage.outcome is Outcome.OPEN and "missing_stage" in accept else stage.name,
        owner=draw(_OWNERS),
        created=created,
        closed=closed,
        expected_close=maybe(days()),
        probability=probability,
        category=category,
        kind=kind,
        account=account,
        values={name: value for name, value in values.items() if value is not None},
        labels={name: label for name, label in labels.items() if label is not None},
    )


@cache
def _or_none(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | strategy


_OWNERS = st.sampled_from(_NAMES)

_CHOICES: tuple[list[Any], ...] = (
    ["D", "Ünal 雪", 0, -1, 2**70],
    _NAMES,
    [*KINDS, None],
    [None, *Category],
    [None, 0.0, 0.3, 1.0],
    [None, "EMEA", "APAC", "<td>"],
    [None, 1, 2, 2.5, True, "A", date(2026, 1, 1)],
    [*[True] * 7, False],
)


def _chosen(number: int) -> list[Any]:
    """One of each of the choices: the number's digits, each in the base of its choice."""
    made: list[Any] = []
    for options in _CHOICES:
        number, digit = divmod(number, len(options))
        made.append(options[digit])
    return made


_REST = st.integers(0, prod(map(len, _CHOICES)) - 1).map(_chosen)
"""Seven fields in one draw, because draws are what a test's time is spent on."""


def period_keys() -> SearchStrategy[PeriodKey]:
    """A key to group deals by: the periods of any calendar, of any length, by any day.

    Examples:
        >>> from hypothesis import given
        >>> @given(period_keys())
        ... def test_a_day_is_in_its_period(key: PeriodKey) -> None:
        ...     assert date(2026, 2, 1) in key.of(date(2026, 2, 1))
        >>> test_a_day_is_in_its_period()
    """
    bases = st.sampled_from(["closed", "created", "expected_close", "either_close"])
    return st.builds(PeriodKey, calendars(), st.sampled_from(get_args(Unit)), bases)


@st.composite
def new_hires(draw: DrawFn) -> NewHires:
    """People who begin to sell, for money or for plain numbers; nobody too.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(new_hires())
        ... def test_nobody_sells_nothing(people: NewHires) -> None:
        ...     assert people.n or not people.revenue
        >>> test_nobody_sells_nothing()
    """
    each: list[float | str] = [0, 0.5, 1, "2.25"]
    size = draw(st.integers(0, 2**40) | money("USD"))
    return NewHires(draw(st.integers(0, 9)), draw(st.sampled_from(each)), size)


@st.composite
def reps(draw: DrawFn) -> Rep:
    """A rep who is there, has left, or left on the first day.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(reps())
        ... def test_nobody_leaves_before_coming(rep: Rep) -> None:
        ...     assert rep.left is None or rep.left >= rep.hired
        >>> test_nobody_leaves_before_coming()
    """
    name = st.sampled_from([name for name in _NAMES if name])
    hired, left = draw(days()), draw(_or_none(days()))
    if left is not None:
        hired, left = min(hired, left), max(hired, left)
    role, office = draw(st.sampled_from([None, "", "account executive"])), draw(st.sampled_from([None, "North", 7]))
    return Rep(draw(name), draw(name), hired, left, role, {} if office is None else {"office": office})


_LABELS = st.sampled_from(["end", "start"])


@cache
def fiscal_calendars() -> SearchStrategy[FiscalCalendar]:
    """Years that begin in any month, called by either of their years.

    Examples:
        >>> from hypothesis import given
        >>> @given(fiscal_calendars())
        ... def test_a_year_has_four_quarters(fiscal: FiscalCalendar) -> None:
        ...     assert len(fiscal.quarters_in(fiscal.year(2026))) == 4
        >>> test_a_year_has_four_quarters()
    """
    return st.builds(FiscalCalendar, st.integers(1, 12), _LABELS)


@cache
def retail_calendars() -> SearchStrategy[RetailCalendar]:
    """Years of 52 and 53 weeks, of every pattern and every anchor.

    Examples:
        >>> from hypothesis import given
        >>> @given(retail_calendars())
        ... def test_whole_weeks(retail: RetailCalendar) -> None:
        ...     assert retail.year(2026).days in (7 * 52, 7 * 53)
        >>> test_whole_weeks()
    """
    words = [st.sampled_from(get_args(one)) for one in (Pattern, Weekday, Anchor)]
    return st.builds(RetailCalendar, words[0], st.integers(1, 12), words[1], words[2], _LABELS)


@cache
def calendars() -> SearchStrategy[Calendar]:
    """Fiscal and retail calendars.

    Examples:
        >>> from hypothesis import given
        >>> @given(calendars())
        ... def test_a_year_has_twelve_months(calendar: Calendar) -> None:
        ...     assert len(calendar.months_in(calendar.year(2026))) == 12
        >>> test_a_year_has_twelve_months()
    """
    return fiscal_calendars() | retail_calendars()


@st.composite
def business_hours(draw: DrawFn) -> BusinessHours:
    """Opening hours of any week, with breaks, at night too.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(business_hours())
        ... def test_a_week_has_hours(hours: BusinessHours) -> None:
        ...     assert set(hours.week) <= {"mon", "tue", "wed", "thu", "fri", "sat", "sun"} != set()
        >>> test_a_week_has_hours()
    """
    spans = st.sampled_from(["09:00-17:00", "08:30-12:00, 13:00-17:15", "00:00-02:30, 22:00-24:00", "00:00-24:00"])
    week = draw(st.dictionaries(st.sampled_from(["mon", "tue", "fri", "sat", "sun"]), spans, min_size=1))
    zone = draw(st.sampled_from(["UTC", "Europe/London", "America/New_York"]))
    return BusinessHours(week, zone, draw(st.lists(days(), max_size=2)))
