"""What is paid for so much: one cumulative curve for flat rates, tiers, milestones and dead-bands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from attrs import evolve, field, frozen

from salesmetrics.errors import InvalidValueError, refuse, shown
from salesmetrics.model.plan._fields import kind_fault
from salesmetrics.model.plan._tiers import IntoTiers, bounds_of, points_of
from salesmetrics.model.plan.tier import Boundary, Slice, Tier
from salesmetrics.model.ramp import IntoShare, exact_share

__all__ = ["Curve", "RateCurve"]


def _tiers(given: Iterable[Tier]) -> tuple[Tier, ...]:
    return tuple(given) if isinstance(given, Iterable) else (given,)


@frozen
class Curve:
    """What is paid in all for a measure: straight pieces, with jumps between them where there are any.

    A measure and what is paid for it are in whole units, such as dollars, deals or attainment (1 is 100 %): tiers of a
    quota read the same as tiers of dollars. "Cumulative" and "progressive" mean opposite things in different systems,
    so the constructors say which: `marginal` pays each tier's rate for what lies in it, `slab` pays the rate that was
    reached for all of it, `slab_over` for all that is over the first bound.

    Below zero, which reversals may lead to, the first piece goes on.

    Args:
        tiers: The pieces, from 0 up, where nothing is paid.
        boundary: Whether who reaches a bound has the tier above it or below.

    Raises:
        InvalidValueError: There is no piece, the first does not start at 0 with nothing, or bounds do not ascend.

    Laws:
        monotone: A curve whose rates do not fall and that does not jump down never pays less for more.
        boundary: A curve without jumps pays the same by either boundary.
        sum: `(a + b).payout(x)` is the sum of both payouts.
        scale: `a.scale(k).payout(x)` is k times the payout.
        cap: `a.cap(most).payout(x)` is the payout or `most`, whichever is less.
        until: `a.until(bound).payout(x)` is the payout of x or of the bound, whichever is less.
        slices: The slices of a way along a curve add up to the difference of the payouts at its ends.

    Examples:
        >>> accelerated = Curve.marginal({0: "0.06", 100_000: "0.1"})
        >>> accelerated.payout(120_000)
        Fraction(8000, 1)
        >>> Curve.slab({0: "0.06", 100_000: "0.1"}).payout(120_000)
        Fraction(12000, 1)
        >>> Curve.slab_over({0: "0.06", 100_000: "0.08", 110_000: "0.1"}).payout(120_000)
        Fraction(8000, 1)
    """

    tiers: tuple[Tier, ...] = field(converter=_tiers)
    boundary: Boundary = Boundary.AT

    def __attrs_post_init__(self) -> None:
        strays = [one for one in self.tiers if not isinstance(one, Tier)]
        if strays or not self.tiers:
            raise InvalidValueError(
                f"Curve.tiers must be Tier objects, at least one, got {shown(strays or self.tiers)}; write "
                "Curve.flat('0.1')"
            )
        faults = [kind_fault(self.boundary, Boundary, "Curve.boundary", "use Boundary.AT")]
        first = self.tiers[0]
        if first.lower or first.start:
            faults.append(
                f"Curve.tiers must start at 0 with nothing paid, got {first.lower} with {first.start}; say what is "
                "paid below the first bound, 0 for nothing"
            )
        faults += [
            f"Curve.tiers must ascend, got {one.lower} before {other.lower}; sort them"
            for one, other in pairwise(self.tiers)
            if one.lower >= other.lower
        ]
        refuse(faults)

    @classmethod
    def flat(cls, rate: IntoShare) -> Curve:
        """The same rate for everything.

        Examples:
            >>> Curve.flat("0.1").payout(15_000)
            Fraction(1500, 1)
        """
        return cls([Tier(0, 0, rate)])

    @classmethod
    def marginal(cls, tiers: IntoTiers, boundary: Boundary = Boundary.AT) -> Curve:
        """Each tier's rate for what lies in it, as an income tax.

        Args:
            tiers: A mapping of lower bounds to rates; or rows of lower bound, upper bound and rate, which must have
                no gaps and no overlaps.
            boundary: Without effect, because such a curve does not jump; it may meet another that does.

        Raises:
            InvalidValueError: Tiers have a gap or overlap, or do not start at 0.

        Examples:
            >>> Curve.marginal({0: "0.25", 500: "0.3", 3_000: "0.4"}).payout(1_500)
            Fraction(425, 1)
            >>> Curve.marginal([(0, "499.99", "0.25"), (500, None, "0.3")])
            Traceback (most recent call last):
            salesmetrics.errors.InvalidValueError: tiers must have no gap, got 49999/100 before 500; let one end \
where the next begins: the end is not in it
        """
        made: list[Tier] = []
        for lower, rate in bounds_of(tiers):
            made.append(Tier(lower, made[-1].at(lower) if made else Fraction(0), rate))
        return cls(made, boundary)

    @classmethod
    def slab(cls, tiers: IntoTiers, boundary: Boundary = Boundary.AT) -> Curve:
        """The rate of the tier that was reached, for everything from the first unit: retroactive tiers.

        Args:
            tiers: As of `marginal`.
            boundary: Which rate is that of who is exactly at a bound.

        Raises:
            InvalidValueError: Tiers have a gap or overlap, or do not start at 0.

        Examples:
            >>> Curve.slab({0: "0.01", 25_000: "0.02", 50_000: "0.03"}).payout(50_000)
            Fraction(1500, 1)
        """
        return cls([Tier(lower, lower * rate, rate) for lower, rate in bounds_of(tiers)], boundary)

    @classmethod
    def slab_over(cls, tiers: IntoTiers, boundary: Boundary = Boundary.AT) -> Curve:
        """The first rate up to the first bound, and the rate that was reached for all that is over it.

        Args:
            tiers: As of `marginal`.
            boundary: Which rate is that of who is exactly at a bound.

        Raises:
            InvalidValueError: Tiers have a gap or overlap, or do not start at 0.

        Examples:
            >>> tiers = {0: "0.5", 100_000: "0.75", 125_000: "1", 150_000: "1.25"}
            >>> Curve.slab_over(tiers).payout(140_000)
            Fraction(90000, 1)
        """
        (_, rate), *over = bounds_of(tiers)
        first = over[0][0] if over else Fraction(0)
        made = [Tier(lower, first * rate + (lower - first) * higher, higher) for lower, higher in over]
        return cls([Tier(0, 0, rate), *made], boundary)

    @classmethod
    def interpolated(cls, points: Mapping[Any, IntoShare], beyond: IntoShare = 0) -> Curve:
        """Payouts at some points, and straight lines between them.

        Args:
            points: What is paid in all at each point; the first is 0, where nothing is paid.
            beyond: The rate of what lies above the last point; 0 pays nothing more.

        Raises:
            InvalidValueError: Payouts fall, a point comes twice, or points do not start at 0.

        Examples:
            >>> Curve.interpolated({0: 0, "0.7": 0, 1: 1}, beyond=2).payout("0.85")
            Fraction(1, 2)
        """
        known = points_of(points, "a point", "a payout", "{0: 0, 1: 1}")
        falls = [f"{paid} to {less}" for (_, paid), (_, less) in pairwise(known) if less < paid]
        if falls:
            raise InvalidValueError(f"payouts at points must not fall, got {', '.join(falls)}; correct them")
        lines = [Tier(at, paid, (more - paid) / (end - at)) for (at, paid), (end, more) in pairwise(known)]
        return cls([*lines, *(Tier(at, paid, beyond) for at, paid in known[-1:])])

    @classmethod
    def steps(cls, lumps: Mapping[Any, IntoShare], boundary: Boundary = Boundary.AT) -> Curve:
        """Milestones: what is paid in all from each bound on, and nothing below the first.

        Args:
            lumps: What is paid in all, and not in addition, from each bound on.
            boundary: Whether a milestone must be reached or passed.

        Raises:
            InvalidValueError: There is no milestone, one is not above 0, or a bound comes twice.

        Examples:
            >>> Curve.steps({10: 500, 20: 1_500}).payout(25)
            Fraction(1500, 1)
        """
        known = points_of(lumps, "a bound", "a lump", "{10: 500}")
        if not known[0][0]:
            raise InvalidValueError(f"a milestone must lie above 0, got {known[0][1]} paid at 0; leave it out")
        return cls([Tier(0, 0, 0), *(Tier(at, paid, 0) for at, paid in known)], boundary)

    @classmethod
    def deadband(cls, bound: IntoShare, rate: IntoShare) -> Curve:
        """Nothing up to a bound, and a rate for what lies above it.

        A gate at the same bound pays from the first unit, which is much more.

        Examples:
            >>> Curve.deadband("0.95", 1).payout("0.975")
            Fraction(1, 40)
        """
        return cls.marginal({Fraction(0): 0, exact_share(bound, "bound"): rate})

    @staticmethod
    def rate_curve(points: Mapping[Any, IntoShare]) -> RateCurve:
        """Rates at some points, sliding between them, each for everything; what is paid is quadratic.

        Examples:
            >>> Curve.rate_curve({0: 0, 1_000: "0.01", 5_000: "0.03"}).payout(2_000)
            Fraction(30, 1)
        """
        return RateCurve(Curve.interpolated(points))

    def payout(self, measure: IntoShare) -> Fraction:
        """What is paid in all for a measure, exactly.

        Examples:
            >>> Curve.flat("0.1").payout(Fraction(-20))
            Fraction(-2, 1)
        """
        exact = measure if isinstance(measure, Fraction) else exact_share(measure, "measure")
        return self.tiers[self._place(exact)].at(exact)

    def slices(self, start: Fraction, end: Fraction) -> tuple[Slice, ...]:
        """The way from one measure to another, tier by tier, each jump for itself; from the higher down, negative.

        Examples:
            >>> for one in Curve.marginal({0: "0.04", 150: "0.06"}).slices(Fraction(145), Fraction(165)):
            ...     print(one.lower, one.upper, one.rate, one.payout)
            145 150 1/25 1/5
            150 165 3/50 9/10
        """
        if end < start:
            return tuple(
                Slice(one.upper, one.lower, one.rate, -one.payout) for one in reversed(self.slices(end, start))
            )
        made: list[Slice] = []
        first, last = self._place(start), self._place(end)
        for place in range(first, last + 1):
            tier = self.tiers[place]
            lower = start if place == first else tier.lower
            if place > first:
                jump = tier.start - self.tiers[place - 1].at(tier.lower)
                made += [Slice(lower, lower, None, jump)] if jump else []
            upper = end if place == last else self.tiers[place + 1].lower
            made += [Slice(lower, upper, tier.rate, tier.rate * (upper - lower))] if upper > lower else []
        return tuple(made)

    def scale(self, factor: IntoShare) -> Curve:
        """The curve that pays so many times as much.

        Examples:
            >>> Curve.flat("0.1").scale("1.5").payout(100)
            Fraction(15, 1)
        """
        exact = exact_share(factor, "factor")
        return evolve(self, tiers=[Tier(one.lower, one.start * exact, one.rate * exact) for one in self.tiers])

    def cap(self, most: IntoShare) -> Curve:
        """The curve that pays no more than so much; of attainment, `cap("1.5")` is 150 % of target.

        Examples:
            >>> Curve.marginal({0: 1, 1: "1.4"}).cap("1.5").payout("1.8")
            Fraction(3, 2)
        """
        exact = exact_share(most, "most")
        made: list[Tier] = []
        for tier, upper in zip(self.tiers, [*(one.lower for one in self.tiers[1:]), None], strict=True):
            if tier.start >= exact and tier.lower:
                made.append(Tier(tier.lower, exact, 0))
                continue
            reached = tier.lower + (exact - tier.start) / tier.rate if tier.rate else None
            made += [] if reached == tier.lower else [tier]
            if reached is not None and (upper is None or reached < upper):
                made.append(Tier(reached, exact, 0))
        return evolve(self, tiers=made)

    def until(self, bound: IntoShare) -> Curve:
        """The curve that pays nothing more for what lies above a bound: a cap on attainment, not on payout.

        Examples:
            >>> Curve.marginal({0: 1, 1: "1.4"}).until("1.5").payout("1.8")
            Fraction(17, 10)
        """
        exact = exact_share(bound, "bound")
        return evolve(
            self, tiers=[*(one for one in self.tiers if one.lower < exact), Tier(exact, self.payout(exact), 0)]
        )

    def __add__(self, other: Curve) -> Curve:
        if not isinstance(other, Curve):
            return NotImplemented
        if self.jumps and other.jumps and self.boundary is not other.boundary:
            raise InvalidValueError(
                f"curves that are added must jump on the same side of a bound, got {self.boundary} and "
                f"{other.boundary}; make both with one boundary"
            )
        both = sorted({one.lower for one in (*self.tiers, *other.tiers)})
        own, others = ([_piece_from(curve, lower) for lower in both] for curve in (self, other))
        made = [
            Tier(lower, one.at(lower) + two.at(lower), one.rate + two.rate)
            for lower, one, two in zip(both, own, others, strict=True)
        ]
        return Curve(made, self.boundary if self.jumps else other.boundary)

    @property
    def jumps(self) -> tuple[Fraction, ...]:
        """The bounds at which the payout jumps.

        Examples:
            >>> Curve.slab({0: "0.1", 100: "0.2"}).jumps, Curve.marginal({0: "0.1", 100: "0.2"}).jumps
            ((Fraction(100, 1),), ())
        """
        return tuple(two.lower for one, two in pairwise(self.tiers) if one.at(two.lower) != two.start)

    def _place(self, measure: Fraction) -> int:
        """The place of the piece that a measure lies in."""
        below = [
            one.lower < measure or (one.lower == measure and self.boundary is Boundary.AT) for one in self.tiers[1:]
        ]
        return sum(below)


@frozen
class RateCurve:
    """A rate that slides with the measure, for everything: what is paid is the measure times its rate.

    It is no `Curve`: what is paid is quadratic, two of them do not add to straight pieces, and a cap would be reached
    at no exact number.

    Args:
        rates: The rate at each measure.

    Raises:
        InvalidValueError: The rates are no curve.

    Laws:
        definition: What is paid is the measure times its rate.

    Examples:
        >>> Curve.rate_curve({0: "0", 1_000: "0.01", 5_000: "0.03"}).payout(2_000)
        Fraction(30, 1)
    """

    rates: Curve

    def __attrs_post_init__(self) -> None:
        refuse([kind_fault(self.rates, Curve, "RateCurve.rates", "write Curve.rate_curve({0: 0, 1_000: '0.01'})")])

    def payout(self, measure: IntoShare) -> Fraction:
        """What is paid in all for a measure, exactly.

        Examples:
            >>> RateCurve(Curve.interpolated({0: 0, 1: "0.1"})).payout("0.5")
            Fraction(1, 40)
        """
        exact = measure if isinstance(measure, Fraction) else exact_share(measure, "measure")
        return self.rates.payout(exact) * exact

    def slices(self, start: Fraction, end: Fraction) -> tuple[Slice, ...]:
        """The way from one measure to another in one piece, at the mean rate of it.

        Examples:
            >>> RateCurve(Curve.interpolated({0: 0, 1: "0.1"})).slices(Fraction(0), Fraction(1))[0].rate
            Fraction(1, 10)
        """
        paid = self.payout(end) - self.payout(start)
        return (Slice(start, end, paid / (end - start), paid),) if start != end else ()

    def scale(self, factor: IntoShare) -> RateCurve:
        """The curve that pays so many times as much.

        Examples:
            >>> Curve.rate_curve({0: 0, 1: "0.1"}).scale(2).payout(1)
            Fraction(1, 5)
        """
        return RateCurve(self.rates.scale(factor))


def _piece_from(curve: Curve, lower: Fraction) -> Tier:
    """The piece of a curve from a bound on."""
    return [one for one in curve.tiers if one.lower <= lower][-1]
