"""Who sells, for whom, and how much is asked of them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.errors import InvalidTableError, InvalidValueError
from salesmetrics.format.assignment_format import AssignmentFormat
from salesmetrics.format.credit_format import CreditFormat
from salesmetrics.format.quota_format import QuotaFormat
from salesmetrics.model.assignment import Assignment
from salesmetrics.model.credit import Credit
from salesmetrics.model.deal import Deal
from salesmetrics.model.money import Money
from salesmetrics.model.quota import Quota
from salesmetrics.model.ramp import Ramp
from salesmetrics.strategies.model import calendars, days, days_around, minor_units, periods
from salesmetrics.strategies.table import books
from salesmetrics.table.assignments import Assignments
from salesmetrics.table.credits import Credits
from salesmetrics.table.quotas import Quotas
from salesmetrics.table.sales import AttachedSales

__all__ = [
    "assignment_formats",
    "assignment_tables",
    "assignments",
    "attached_sales",
    "credit_formats",
    "credit_tables",
    "credits",
    "quota_formats",
    "quota_tables",
    "quota_tables_with_sales",
    "quotas",
    "ramps",
]

REPS = ("Ada", "Bo", "Cleo", "<b>")


@st.composite
def assignments(draw: DrawFn) -> Assignment:
    """Whom a rep works for, for a day, for ever, or for a span between.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(assignments())
        ... def test_nobody_is_their_own_manager(one: Assignment) -> None:
        ...     assert one.rep != one.manager
        >>> test_nobody_is_their_own_manager()
    """
    rep = draw(st.sampled_from(REPS))
    manager = draw(st.sampled_from([None, *(name for name in REPS if name != rep)]))
    team = draw(st.sampled_from([None, "North", "South"]))
    start = draw(days())
    return Assignment(rep, manager, team, start, draw(st.none() | days().filter(lambda day: day > start)))


@st.composite
def assignment_tables(draw: DrawFn) -> Assignments:
    """A table of assignments in which reps move, and managers and reports change their places.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(assignment_tables())
        ... def test_every_assignment_is_in_force_on_its_first_day(staff: Assignments) -> None:
        ...     assert all(staff.on(one.rep, one.start) == one for one in staff)
        >>> test_every_assignment_is_in_force_on_its_first_day()
    """
    table = Assignments.of([])
    for one in draw(st.lists(assignments(), max_size=6)):
        try:
            table = Assignments.of([*table, one])
        except InvalidTableError:  # it does not go with those before
            continue
    return table


@st.composite
def ramps(draw: DrawFn) -> Ramp:
    """A ramp of a few steps, of none too, which need not rise.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(ramps())
        ... def test_all_is_asked_after_the_ramp(ramp: Ramp) -> None:
        ...     assert ramp.share(date(2026, 1, 1), date(2099, 1, 1)) == 1
        >>> test_all_is_asked_after_the_ramp()
    """
    shares = draw(st.lists(st.sampled_from(["0", "0.25", "0.333", "0.5", "1"]), max_size=5))
    return Ramp(shares, draw(st.sampled_from([1, 2, 3])))


@st.composite
def quotas(draw: DrawFn, unit: str | None = "USD", bounds: SearchStrategy[date] | None = None) -> Quota:
    """A quota of money or of plain numbers, of all deals or of some, or of a rep without one.

    Args:
        draw: Given by hypothesis.
        unit: A currency, or `None` for plain numbers.
        bounds: The days among which periods begin and end; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(quotas())
        ... def test_a_quota_stays_in_its_own_period(quota: Quota) -> None:
        ...     assert quota.prorated(quota.period) == quota
        >>> test_a_quota_stays_in_its_own_period()
    """
    sizes = st.none() | minor_units(2**63 - 1, negative=False)
    size = draw(sizes)
    amount = size if size is None or unit is None else Money(size, unit)
    where: dict[str, Any] = draw(st.sampled_from([{}, {"kind": "new"}, {"kind": "expansion"}, {"region": "EMEA"}]))
    period = draw(periods(bounds))
    value = "amount" if unit is not None else "units"
    return Quota(draw(st.sampled_from(REPS)), period, amount, value, where, draw(st.booleans()))


@st.composite
def quota_tables(draw: DrawFn, unit: str | None = "USD", bounds: SearchStrategy[date] | None = None) -> Quotas:
    """A table of quotas, none of which counts what another one of the rep does.

    Args:
        draw: Given by hypothesis.
        unit: A currency, or `None` for plain numbers.
        bounds: The days among which periods begin and end; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(quota_tables())
        ... def test_quotas_are_in_one_currency(table: Quotas) -> None:
        ...     assert table.amount.unit in ("USD", "XXX")
        >>> test_quotas_are_in_one_currency()
    """
    table = Quotas.of([])
    for one in draw(st.lists(quotas(unit, bounds), max_size=6)):
        try:
            table = Quotas.of([*table, one])
        except InvalidTableError:  # both would count some deals
            continue
    return table


@st.composite
def assignment_formats(draw: DrawFn) -> AssignmentFormat:
    """A format of assignments: with any of the columns, and every way in which cells are written.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(assignment_formats())
        ... def test_rep_and_start_have_columns(form: AssignmentFormat) -> None:
        ...     assert {form.rep, form.start} <= {*form.columns}
        >>> test_rep_and_start_have_columns()
    """
    maybe = draw(st.sets(st.sampled_from(["manager", "team", "end"])))
    return AssignmentFormat(
        rep="Rep",
        start="Start",
        **{name: name.title() for name in ("manager", "team", "end") if name in maybe},
        date_format=draw(st.sampled_from([None, "%d.%m.%Y"])),
        zone=draw(st.sampled_from([None, "UTC"])),
        rounding=draw(st.sampled_from([None, "half_away"])),
        missing=draw(st.sampled_from([("",), (), ("", "-")])),
        escaped=draw(st.booleans()),
    )


@st.composite
def quota_formats(draw: DrawFn) -> QuotaFormat:
    """A format of quotas: of money or of plain numbers, with an end or with the periods of a calendar.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(quota_formats())
        ... def test_a_period_has_an_end_or_a_calendar(form: QuotaFormat) -> None:
        ...     assert (form.end is None) != (form.periods is None)
        >>> test_a_period_has_an_end_or_a_calendar()
    """
    has_end = draw(st.booleans().map(lambda flag: not flag))
    money = draw(st.booleans().map(lambda flag: not flag))
    return QuotaFormat(
        rep="Rep",
        start="Start",
        amount="Amount",
        end="End" if has_end else None,
        periods=None if has_end else draw(calendars()).quarters("start"),
        value="amount" if money else "units",
        currency=draw(st.sampled_from(["USD", "JPY"])) if money else None,
        where=draw(st.sampled_from([{}, {"product": "Product"}])),
        overlay=draw(st.sampled_from([None, "Overlay"])),
        date_format=draw(st.sampled_from([None, "%d.%m.%Y"])),
        zone=draw(st.sampled_from([None, "Europe/London"])),
        rounding=draw(st.sampled_from([None, "half_away"])),
        missing=draw(st.sampled_from([("",), (), ("", "-")])),
        escaped=draw(st.booleans()),
    )


@st.composite
def credits(draw: DrawFn, deal: str | int = "D-1") -> Credit:  # noqa: A001  # the plural of what it draws
    """A share of a deal, or the credit of a specialist that comes on top.

    Args:
        draw: Given by hypothesis.
        deal: The id of the deal.

    Examples:
        >>> from hypothesis import given
        >>> @given(credits())
        ... def test_a_share_is_a_fraction(credit: Credit) -> None:
        ...     assert 0 < credit.share <= 1
        >>> test_a_share_is_a_fraction()
    """
    share = draw(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 3), Fraction("0.000001")]))
    return Credit(deal, draw(st.sampled_from(REPS)), share, draw(st.booleans()))


def credit_tables() -> SearchStrategy[Credits]:
    """A table of credits of a few deals, whose shares add up.

    Examples:
        >>> from hypothesis import given
        >>> @given(credit_tables())
        ... def test_shares_add_up(table: Credits) -> None:
        ...     direct = [one for one in table if not one.overlay]
        ...     assert sum(one.share for one in direct) == len({one.deal for one in direct})
        >>> test_shares_add_up()
    """
    ids: list[str | int] = ["D-1", "D-2", 7]
    return (
        st.lists(st.sampled_from(ids), unique=True)
        .flatmap(lambda some: st.tuples(*map(_of_deal, some)))
        .map(lambda those: Credits.of([credit for some in those for credit in some]))
    )


@st.composite
def credit_formats(draw: DrawFn) -> CreditFormat:
    """A format of credits: with any of the columns, and every way in which cells are written.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(credit_formats())
        ... def test_deal_rep_and_share_have_columns(form: CreditFormat) -> None:
        ...     assert {form.deal, form.rep, form.share} <= {*form.columns}
        >>> test_deal_rep_and_share_have_columns()
    """
    return CreditFormat(
        deal="Deal",
        rep="Rep",
        share="Share",
        overlay=draw(st.sampled_from([None, "Overlay"])),
        share_scale=draw(st.sampled_from(["fraction", "percent"])),
        date_format=draw(st.sampled_from([None, "%d.%m.%Y"])),
        zone=draw(st.sampled_from([None, "UTC"])),
        rounding=draw(st.sampled_from([None, "half_away"])),
        missing=draw(st.sampled_from([("",), (), ("", "-")])),
        escaped=draw(st.booleans()),
    )


def _of_deal(deal: str | int) -> SearchStrategy[list[Credit]]:
    """Credits of a deal, whose shares add up, with a specialist and without, or none."""
    halves = [Credit(deal, "Ada", Fraction(1, 3)), Credit(deal, "Bo", Fraction(2, 3))]
    helper = [Credit(deal, "Cleo", Fraction(1, 2), overlay=True)]
    return st.sampled_from([[], halves, helper, halves + helper, [Credit(deal, "Bo", Fraction(1)), *helper]])


def credited(deals: list[Deal]) -> SearchStrategy[list[Credit]]:
    """Credits of some of the deals, whose shares add up, with specialists and without."""
    return st.tuples(*(_of_deal(deal.id) for deal in deals)).map(
        lambda those: [credit for some in those for credit in some]
    )


@st.composite
def quota_tables_with_sales(draw: DrawFn) -> Quotas:
    """A table of quotas with what was sold for them, by team and manager or without.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(quota_tables_with_sales())
        ... def test_every_credit_is_of_a_quota(table: Quotas) -> None:
        ...     assert set(table.sales.quota.tolist()) <= set(table.sales.numbers.tolist())
        >>> test_every_credit_is_of_a_quota()
    """
    deals = draw(books())
    table = draw(quota_tables(bounds=days_around(deals)))
    table = table.with_assignments(draw(assignment_tables())) if draw(st.booleans()) else table
    try:
        return table.with_sales(deals, draw(st.just([]) | credited(deals)))
    except InvalidValueError:  # two currencies, or a label that these deals do not have
        return table.with_sales([])


def attached_sales() -> SearchStrategy[AttachedSales]:
    """The sales of a table of quotas.

    Examples:
        >>> from hypothesis import given
        >>> @given(attached_sales())
        ... def test_every_credit_is_of_a_won_deal(sales: AttachedSales) -> None:
        ...     assert sales.deals.is_won[sales.deal].all()
        >>> test_every_credit_is_of_a_won_deal()
    """
    return quota_tables_with_sales().map(_sales_of)


def _sales_of(table: Quotas) -> AttachedSales:
    assert table.sales is not None  # noqa: S101  # the strategy attaches some
    return table.sales
