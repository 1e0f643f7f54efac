"""What deals pay by compensation plans: what happens to deals, balances, and statements."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, get_args

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.model.assignment import Assignment
from salesmetrics.model.deal import Deal
from salesmetrics.model.deal_event import DealEvent, EventKind
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.model.plan.plan import CompPlan
from salesmetrics.model.plan.reversal import Reversal
from salesmetrics.model.quota import Quota
from salesmetrics.pay.commission import commission
from salesmetrics.result.balances import Balances, DealBalance, PaidAs
from salesmetrics.result.statement import Statement
from salesmetrics.result.statement_lines import LineKind, StatementLine
from salesmetrics.strategies.model import days
from salesmetrics.strategies.plans import comp_plans

__all__ = [
    "balances",
    "deal_balances",
    "deal_events",
    "event_kinds",
    "statement_lines",
    "statements",
]


def event_kinds() -> SearchStrategy[EventKind]:
    """What can happen to a deal that is won.

    Examples:
        >>> from hypothesis import given
        >>> @given(event_kinds())
        ... def test_it_has_a_word(kind: EventKind) -> None:
        ...     assert EventKind(kind.value) is kind
        >>> test_it_has_a_word()
    """
    return st.sampled_from(EventKind)


@st.composite
def deal_events(draw: DrawFn, deal: str | int = "D-1", on: SearchStrategy[date] | None = None) -> DealEvent:
    """What happened to a won deal: all of it, or a part.

    Args:
        draw: Given by hypothesis.
        deal: The id of the deal.
        on: The days on which it may have happened; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(deal_events())
        ... def test_a_booking_is_of_the_whole_deal(event: DealEvent) -> None:
        ...     assert event.kind is not EventKind.BOOKED or event.amount is None
        >>> test_a_booking_is_of_the_whole_deal()
    """
    kind = draw(event_kinds())
    amount = None if kind is EventKind.BOOKED else draw(st.none() | st.integers(0, 300).map(lambda n: Money(n, "USD")))
    return DealEvent(deal, draw(days() if on is None else on), kind, amount)


def deal_balances() -> SearchStrategy[DealBalance]:
    """What is known of a deal from earlier statements.

    Examples:
        >>> from hypothesis import given
        >>> @given(deal_balances())
        ... def test_no_more_than_all_is_cancelled(balance: DealBalance) -> None:
        ...     assert 0 <= balance.cancelled <= 1
        >>> test_no_more_than_all_is_cancelled()
    """
    minor = st.integers(-10_000, 10_000)
    cancelled = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1)])
    deals = st.sampled_from(["D-1", 2])
    kinds: SearchStrategy[PaidAs] = st.sampled_from(get_args(PaidAs))
    gated = st.sampled_from([{}, {"sales from 1": 5}])
    return st.builds(DealBalance, st.just("sales"), deals, days(), minor, minor, cancelled, minor, kinds, gated)


def balances() -> SearchStrategy[Balances]:
    """What an account stands at.

    Examples:
        >>> from hypothesis import given
        >>> @given(balances())
        ... def test_what_was_earned_is_paid_or_carried(balance: Balances) -> None:
        ...     assert balance.earned == balance.payable + balance.gifts + balance.carried
        >>> test_what_was_earned_is_paid_or_carried()
    """
    minor = st.integers(0, 10**6)

    def of(those: tuple[int, int, int, int, int]) -> Balances:
        held, banked, owed, gifts, payable = those
        return Balances(payable + gifts + held + banked - owed, held, banked, owed, payable, gifts)

    return st.tuples(minor, minor, minor, minor, st.integers(-(10**6), 10**6)).map(of)


@st.composite
def commission_arguments(draw: DrawFn, plan: CompPlan | None = None) -> dict[str, Any]:
    """What `commission` is asked with: won deals of January, what happened to them, and some plan, or the given one."""
    plan = draw(comp_plans()) if plan is None else plan
    days_of_month = st.integers(1, 31).map(lambda day: date(2026, 1, day))
    deals = [
        Deal(
            f"D-{number}",
            Money(draw(st.sampled_from([0, 1, 5, 10, 333, 10_000, 12_345])), "USD"),
            "Won",
            draw(st.sampled_from(["Ada", "Bo"])),
            date(2025, 12, 1),
            closed=draw(days_of_month),
            kind=draw(st.sampled_from(["new", "renewal"])),
            values={"margin": Money(draw(st.integers(0, 500)), "USD"), "units": draw(st.integers(0, 3))},
            labels={
                "region": draw(st.sampled_from(["EMEA", "APAC"])),
                "partner": draw(st.sampled_from(["Bo", "Cleo"])),
            },
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    events: list[DealEvent] = []
    for deal in deals:
        whole = deal.amount.minor if deal.amount else 0
        for kind in (EventKind.PAID, EventKind.INVOICED, EventKind.CANCELLED):
            on = sorted(draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 2, 28)), max_size=2)))
            for day in on:  # what follows all of it is nothing
                part = st.integers(0, whole // 2).map(lambda minor: Money(minor, "USD"))
                events.append(DealEvent(deal.id, day, kind, draw(st.none() | part if day == on[-1] else part)))
    has_reversal = any(isinstance(step, Reversal) for step in plan.steps)
    by_quota = any(rule.times == "target" for rule in plan.rules)
    payee = draw(st.sampled_from(["Ada", "Bo", "Cleo"]))
    return {
        "deals": deals,
        "plan": evolve(
            plan,
            effective=date(2020, 1, 1),
            rules=[
                evolve(rule, basis=evolve(rule.basis, of_quota=rule.times == "target", window="period"))
                if rule.basis.of_quota
                else rule
                for rule in plan.rules
            ],
            steps=[*plan.steps, *([] if has_reversal else [Reversal()])],
        ),
        "payee": payee,
        "period": JANUARY,
        "quotas": [Quota(payee, month, Money(10_000, "USD")) for month in (JANUARY, FEBRUARY) if by_quota],
        "assignments": [
            Assignment("Ada", "Cleo", None, date(2020, 1, 1)),
            Assignment("Bo", "Cleo", None, date(2020, 1, 1)),
        ],
        "events": events,
    }


JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))


def statements() -> SearchStrategy[Statement]:
    """What somebody is paid for a month by some plan.

    Examples:
        >>> from hypothesis import given
        >>> @given(statements())
        ... def test_lines_add_up(statement: Statement) -> None:
        ...     assert statement.total.minor == sum(line.amount for line in statement.lines)
        >>> test_lines_add_up()
    """
    return commission_arguments().map(lambda asked: commission(**asked))


@st.composite
def statement_lines(draw: DrawFn) -> StatementLine:
    """One line of a statement, of any kind.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(statement_lines())
        ... def test_a_line_that_adds_nothing_pays_nothing(line: StatementLine) -> None:
        ...     assert line.exact != 0 or line.amount == 0
        >>> test_a_line_that_adds_nothing_pays_nothing()
    """
    kinds: SearchStrategy[Any] = st.sampled_from(get_args(LineKind))
    numbers = st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(100, 3), Fraction(-1, 2)])
    none = st.none()
    ids: SearchStrategy[str | int | None] = none | st.just("D-1") | st.just(2)
    return StatementLine(
        draw(kinds),
        draw(none | st.just("sales")),
        draw(ids),
        draw(none | numbers),
        draw(none | numbers),
        None,
        draw(numbers),
        draw(numbers),
        draw(st.sampled_from([(), (0, 1)])),
    )
