"""Compensation plans and what they are put together from."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.model.plan.allocate import Allocate
from salesmetrics.model.plan.basis import Basis
from salesmetrics.model.plan.bonus import Bonus
from salesmetrics.model.plan.clamp import Clamp
from salesmetrics.model.plan.curve import Curve, RateCurve
from salesmetrics.model.plan.draw import Draw
from salesmetrics.model.plan.gate import Gate
from salesmetrics.model.plan.plan import CompPlan, Step
from salesmetrics.model.plan.release import Release
from salesmetrics.model.plan.reversal import Reversal
from salesmetrics.model.plan.rule import Rule
from salesmetrics.model.plan.scale import Scale
from salesmetrics.model.plan.tier import Boundary, Tier
from salesmetrics.strategies.model import calendars, days

__all__ = [
    "allocations",
    "bases",
    "bonuses",
    "boundaries",
    "clamps",
    "comp_plans",
    "curves",
    "draws",
    "gates",
    "rate_curves",
    "releases",
    "reversals",
    "rules",
    "scales",
    "tiers",
]

_SHARES = [Fraction(1), Fraction(1, 2), Fraction(1, 3), Fraction("0.1")]
_RATES = [Fraction(0), Fraction("0.05"), Fraction("0.1"), Fraction(1, 3), Fraction(1), Fraction("1.4")]
_BOUNDS = [Fraction(1), Fraction("0.5"), Fraction("1.25"), Fraction(10), Fraction("2.5"), Fraction("0.01")]


def boundaries() -> SearchStrategy[Boundary]:
    """The sides of a bound.

    Examples:
        >>> from hypothesis import given
        >>> @given(boundaries())
        ... def test_there_are_two(boundary: Boundary) -> None:
        ...     assert boundary in (Boundary.AT, Boundary.BELOW)
        >>> test_there_are_two()
    """
    return st.sampled_from(Boundary)


def tiers() -> SearchStrategy[Tier]:
    """A straight piece of a curve.

    Examples:
        >>> from hypothesis import given
        >>> @given(tiers())
        ... def test_it_pays_its_start_where_it_begins(tier: Tier) -> None:
        ...     assert tier.at(tier.lower) == tier.start
        >>> test_it_pays_its_start_where_it_begins()
    """
    numbers = st.sampled_from([Fraction(0), *_BOUNDS])
    return st.builds(Tier, numbers, numbers, st.sampled_from(_RATES))


@st.composite
def curves(draw: DrawFn, *, monotone: bool = False) -> Curve:
    """A curve of up to four pieces by any constructor, flat ones first.

    Args:
        draw: Given by hypothesis.
        monotone: Whether it never pays less for more.

    Examples:
        >>> from hypothesis import given
        >>> @given(curves())
        ... def test_nothing_is_paid_for_nothing(curve: Curve) -> None:
        ...     assert curve.payout(0) == 0
        >>> test_nothing_is_paid_for_nothing()
    """
    bounds = sorted(draw(st.lists(st.sampled_from(_BOUNDS), max_size=3, unique=True)))
    rates = [draw(st.sampled_from(_RATES)) for _ in range(len(bounds) + 1)]
    rates = sorted(rates) if monotone else rates
    boundary = draw(boundaries())
    if not bounds:
        return Curve([Tier(0, 0, rates[0])], boundary)
    shape = draw(st.sampled_from(["marginal", "slab", "slab_over", "steps", "interpolated"]))
    known = dict(zip([Fraction(0), *bounds], rates, strict=True))
    if shape == "interpolated":
        return Curve.interpolated({0: 0, **dict(zip(bounds, sorted(rates[1:]), strict=True))}, rates[0])
    if shape == "steps":
        return Curve.steps(dict(zip(bounds, rates[1:], strict=True)), boundary)
    made: Curve = getattr(Curve, shape)(known, boundary)
    return made


def rate_curves() -> SearchStrategy[RateCurve]:
    """A rate that slides.

    Examples:
        >>> from hypothesis import given
        >>> @given(rate_curves())
        ... def test_nothing_is_paid_for_nothing(curve: RateCurve) -> None:
        ...     assert curve.payout(0) == 0
        >>> test_nothing_is_paid_for_nothing()
    """
    return curves().map(RateCurve)


def bases() -> SearchStrategy[Basis]:
    """What a rule measures.

    Examples:
        >>> from hypothesis import given
        >>> @given(bases())
        ... def test_something_is_measured(basis: Basis) -> None:
        ...     assert basis.value
        >>> test_something_is_measured()
    """
    where: list[dict[str, Any]] = [{}, {"kind": "new"}, {"region": "EMEA"}]
    return st.builds(
        Basis,
        st.sampled_from(["amount", "count", "margin", "units"]),
        st.sampled_from(where),
        st.sampled_from(["period", "quarter", "year", "deal"]),
        st.booleans(),
    )


def allocations() -> SearchStrategy[Allocate]:
    """Who is credited: the owner first, then splits, weights, overlays and managers.

    Examples:
        >>> from hypothesis import given
        >>> @given(allocations())
        ... def test_shares_add_up(allocate: Allocate) -> None:
        ...     assert allocate.by != "shares" or sum(allocate.to.values()) == 1
        >>> test_shares_add_up()
    """
    owner: dict[str, str] = {"owner": "1"}
    to = st.sampled_from([(owner, "shares"), ({"owner": "0.75", "partner": "0.25"}, "shares")])
    others = st.sampled_from([({"owner": "33", "partner": "66"}, "weights"), ({"owner": "0.5"}, "overlay")])
    split: SearchStrategy[Any] = st.sampled_from(["credit", "commission"])
    level: SearchStrategy[Any] = st.sampled_from([0, 1, "all"])

    def made(those: tuple[tuple[dict[str, str], Any], Any, Any]) -> Allocate:
        (shares, by), of, up = those
        return Allocate(shares, by, of, up)

    return st.tuples(to | others, split, level).map(made)


def scales() -> SearchStrategy[Scale]:
    """A factor, fixed or read from a measure.

    Examples:
        >>> from hypothesis import given
        >>> @given(scales())
        ... def test_a_curve_has_a_measure(scale: Scale) -> None:
        ...     assert (scale.curve is None) == (scale.of is None)
        >>> test_a_curve_has_a_measure()
    """
    rule = st.sampled_from([None, "sales"])
    factor = st.sampled_from([Fraction(1), Fraction("1.1"), Fraction(1, 3), Fraction(0)])
    return st.builds(Scale, factor, rule=rule) | st.builds(Scale, factor, curves(), st.just("sales"), rule)


def gates() -> SearchStrategy[Gate]:
    """A threshold, hard or not.

    Examples:
        >>> from hypothesis import given
        >>> @given(gates())
        ... def test_it_looks_at_a_rule(gate: Gate) -> None:
        ...     assert gate.of == "sales"
        >>> test_it_looks_at_a_rule()
    """
    at = st.sampled_from([Fraction(0), *_BOUNDS])
    return st.builds(
        Gate, st.just("sales"), at, st.sampled_from([None, "sales"]), st.sampled_from([Fraction(0), *_SHARES])
    )


@st.composite
def clamps(draw: DrawFn, currency: str = "USD") -> Clamp:
    """Bounds of pay, with a balance or without.

    Args:
        draw: Given by hypothesis.
        currency: That of the bounds.

    Examples:
        >>> from hypothesis import given
        >>> @given(clamps())
        ... def test_a_clamp_of_one_rule_carries_nothing(clamp: Clamp) -> None:
        ...     assert clamp.rule is None or not clamp.carries
        >>> test_a_clamp_of_one_rule_carries_nothing()
    """
    least, most = sorted(draw(st.tuples(*[st.integers(0, 100_000)] * 2)))
    rule = draw(st.sampled_from([None, "sales"]))
    carried = rule is None
    which = draw(st.sampled_from(["least", "most", "both"]))
    return Clamp(
        None if which == "most" else Money(least, currency),
        None if which == "least" else Money(most, currency),
        draw(st.sampled_from(["given", "owed"])) if carried else "given",
        draw(st.sampled_from(["lost", "banked"])) if carried else "lost",
        rule,
    )


def draws(currency: str = "USD") -> SearchStrategy[Draw]:
    """Money in advance.

    Args:
        currency: That of the amount.

    Examples:
        >>> from hypothesis import given
        >>> @given(draws())
        ... def test_what_is_recoverable_is_carried(draw: Draw) -> None:
        ...     assert draw.carries == draw.recoverable
        >>> test_what_is_recoverable_is_carried()
    """
    amounts = st.integers(0, 100_000).map(lambda minor: Money(minor, currency))
    during = st.sampled_from([None, Period(date(2026, 1, 1), date(2026, 2, 1))])
    return st.builds(Draw, amounts, st.sampled_from(["guarantee", "additional"]), st.booleans(), during)


def releases() -> SearchStrategy[Release]:
    """How much is due when.

    Examples:
        >>> from hypothesis import given
        >>> @given(releases())
        ... def test_shares_add_up(release: Release) -> None:
        ...     assert release.booked + release.invoiced + release.paid == 1
        >>> test_shares_add_up()
    """
    none, half, third, whole = Fraction(0), Fraction(1, 2), Fraction(1, 3), Fraction(1)
    parts = [(whole, none, none), (none, whole, none), (none, none, whole), (half, none, half), (third, third, third)]
    return st.sampled_from(parts).map(lambda shares: Release(*shares))


def bonuses(currency: str = "USD", name: str = "SPIFF") -> SearchStrategy[Bonus]:
    """A fixed amount beside the curves.

    Args:
        currency: That of the amount.
        name: What it is called.

    Examples:
        >>> from hypothesis import given
        >>> @given(bonuses())
        ... def test_it_takes_nothing(bonus: Bonus) -> None:
        ...     assert bonus.amount.minor >= 0
        >>> test_it_takes_nothing()
    """
    amounts = st.integers(0, 50_000).map(lambda minor: Money(minor, currency))
    basis = st.sampled_from([Basis(), Basis("count")])
    gift = st.sampled_from([None, "a bicycle"])
    at = st.sampled_from([Fraction(0), *_BOUNDS])
    per = st.sampled_from(["deal", "once", "unit", "top"])
    return st.builds(Bonus, st.just(name), amounts, per, at, basis, gift=gift)


@st.composite
def reversals(draw: DrawFn) -> Reversal:
    """What a cancelled deal takes back.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(reversals())
        ... def test_what_is_restated_leaves_what_is_measured(reversal: Reversal) -> None:
        ...     assert reversal.remeasures or reversal.method in ("original", "paid")
        >>> test_what_is_restated_leaves_what_is_measured()
    """
    method: Any = draw(st.sampled_from(["original", "paid", "margin", "restate"]))
    whole = method in ("margin", "restate")
    share = Fraction(1) if whole else draw(st.sampled_from(_SHARES))
    ends = st.sampled_from([(None, None), (1, None), (9, None), (None, 7)])
    months, after = (None, None) if whole else draw(ends)
    return Reversal(method, share, months, draw(st.booleans()), after)


def rules(name: str = "sales") -> SearchStrategy[Rule]:
    """A component of pay, which pays money and not by target or quota.

    Args:
        name: What it is called.

    Examples:
        >>> from hypothesis import given
        >>> @given(rules())
        ... def test_all_of_the_target_would_hang_on_it(rule: Rule) -> None:
        ...     assert rule.weight == 1
        >>> test_all_of_the_target_would_hang_on_it()
    """
    return st.builds(Rule, st.just(name), curves() | rate_curves(), bases(), allocations())


@st.composite
def comp_plans(draw: DrawFn) -> CompPlan:
    """A plan of up to three rules and some steps in any order, with one balance at most.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(comp_plans())
        ... def test_a_plan_is_in_one_currency(plan: CompPlan) -> None:
        ...     assert plan.currency == "USD"
        >>> test_a_plan_is_in_one_currency()
    """
    made = [draw(rules(name)) for name in ["sales", *draw(st.sampled_from([[], ["renewals"]]))]]
    by_target = draw(st.booleans())
    if by_target:
        made.append(Rule("target", draw(curves()), Basis(of_quota=True), times="target"))
    target = Money(draw(st.integers(0, 10**7)), "USD") if by_target or draw(st.booleans()) else None
    kinds: list[SearchStrategy[Any]] = [scales(), gates() if target else st.just(Gate("sales", 1)), bonuses()]
    kinds += [reversals(), releases(), clamps() | draws()]
    steps: list[Step] = [draw(kind) for kind in draw(st.lists(st.sampled_from(kinds), max_size=4, unique_by=id))]
    return CompPlan(
        "plan",
        "USD",
        draw(days()),
        made,
        steps,
        draw(st.integers(1, 3)),
        draw(st.none() | st.just(Money(6_000_000, "USD"))),
        target,
        draw(calendars()),
        draw(st.sampled_from(["days", "months", "365", "30/360"])),
        draw(st.booleans()),
    )
