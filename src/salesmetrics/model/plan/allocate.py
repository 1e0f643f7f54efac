"""Who is credited with how much of a deal."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, TypeAlias, get_args

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, check_word, refuse, shown
from salesmetrics.model.labels import FrozenMapping
from salesmetrics.model.money import rounded
from salesmetrics.model.plan._fields import hundredths_fault
from salesmetrics.model.proration import shared_out
from salesmetrics.model.ramp import IntoShare, exact_share

__all__ = ["Allocate", "Sharing", "Split", "parts_of"]

Sharing: TypeAlias = Literal["shares", "weights", "overlay"]
"""Whether credits are shares that add up to exactly 1, weights of any total, or overlays that come on top."""

Split: TypeAlias = Literal["credit", "commission"]
"""What is shared of a deal: what it counts before the curve, or what the curve pays for all of it."""


def _parts(given: Mapping[Any, IntoShare]) -> FrozenMapping[Fraction]:
    if not isinstance(given, Mapping):
        raise InvalidValueError(f"Allocate.to must be a mapping, got {shown(given)}; write {{'owner': 1}}")
    return FrozenMapping({name: exact_share(share, "a share of Allocate.to") for name, share in given.items()})


@frozen
class Allocate:
    """Which people a deal credits, and with how much of it.

    Shares are checked to add up to 1, because a split that adds up to 99 % loses money silently; weights never need to.
    Both are cut into whole minor units by the largest remainder, ties by the payee's name, and mirrored below zero.

    A split of the credit (the default) moves each payee up the tiers by their own part; a split of the commission
    lets each go through them with the whole deal, and pays a part of what comes out, which is more where tiers rise.
    What each is paid is rounded alone, so parts of a commission may add up to a cent more or less than the whole.

    Args:
        to: How much goes to whom: "owner", or the label of a deal that names somebody else.
        by: Whether these are "shares" of 1, "weights", or "overlay" credits of any total.
        split: Whether the "credit" is shared or the "commission".
        level: How many managers up from each of them the credit goes: 0 is to themselves, 1 to the manager, and "all"
            to everybody above them.

    Raises:
        InvalidValueError: Shares do not add up to exactly 1, or a field is not of its kind.

    Laws:
        sum: Shares and weights of an amount add up to it.
        mirror: Parts of minus the amount are minus the parts.

    Examples:
        >>> Allocate({"owner": "0.75", "partner": "0.25"}).parts(9_999, {"owner": "Ada", "partner": "Bo"})
        {'Ada': 7499, 'Bo': 2500}
        >>> Allocate({"owner": "0.75", "partner": "0.2"})
        Traceback (most recent call last):
        salesmetrics.errors.InvalidValueError: Allocate.to must add up to exactly 1, got 19/20; correct a share, or \
say by="weights" or by="overlay"
    """

    to: Mapping[str, Fraction] = field(default=FrozenMapping({"owner": Fraction(1)}), converter=_parts)
    by: Sharing = "shares"
    split: Split = "credit"
    level: int | Literal["all"] = 0

    def __attrs_post_init__(self) -> None:
        check_word(self.by, get_args(Sharing), "Allocate.by")
        total = sum(self.to.values())
        is_overlay = self.by == "overlay"
        remedy = 'correct a share, or say by="weights" or by="overlay"'
        refuse(
            [
                *(
                    f"Allocate.to must name 'owner' or labels, got {shown(name)}; write text"
                    for name in self.to
                    if type(name) is not str or not name
                ),
                *(
                    f"Allocate.to must hold credits above zero, got {share} of {shown(name)}; leave it out"
                    for name, share in self.to.items()
                    if not share
                ),
                *(hundredths_fault(share, f"an overlay of {name!r}") for name, share in self.to.items() if is_overlay),
                None if self.to else "Allocate.to must name somebody, got nobody; write {'owner': 1}",
                f"Allocate.to must add up to exactly 1, got {total}; {remedy}"
                if self.by == "shares" and self.to and total != 1
                else None,
                None
                if self.split in get_args(Split)
                else f"Allocate.split must be 'credit' or 'commission', got {shown(self.split)}; say which",
                None
                if self.level == "all" or (type(self.level) is int and self.level >= 0)
                else f"Allocate.level must be how many managers up or 'all', got {shown(self.level)}; write 1",
            ]
        )

    def shares(self, people: Mapping[str, str | None]) -> dict[str, Fraction]:
        """Everybody's exact share of a deal, by the names that stand in its fields.

        Args:
            people: Who is named by each field of `to`. Where a field names nobody, weights go to the others and an
                overlay to nobody; shares cannot be shared out.

        Raises:
            InvalidValueError: A field of shares names nobody.

        Examples:
            >>> Allocate({"owner": 33, "partner": 66}, by="weights").shares({"owner": "Ada", "partner": None})
            {'Ada': Fraction(1, 1)}
        """
        named = {name: people.get(name) for name in self.to}
        if self.by == "shares" and None in named.values():
            missing = [name for name, person in named.items() if person is None]
            raise InvalidValueError(
                f"a deal must name everybody whom it is shared among, got nobody as {', '.join(map(shown, missing))}; "
                "name them in the deal, or say by='weights'"
            )
        credited: dict[str, Fraction] = {}
        for name, person in named.items():
            if person is not None:
                credited[person] = credited.get(person, Fraction(0)) + self.to[name]
        whole = sum(credited.values()) if self.by == "weights" else 1
        return {person: credited[person] / whole for person in sorted(credited)}

    def parts(self, amount: int, people: Mapping[str, str | None]) -> dict[str, int]:
        """Everybody's part of a whole amount: by the largest remainder, ties by name; overlays are rounded each alone.

        Examples:
            >>> Allocate({"owner": 33, "partner": 66}, by="weights").parts(1, {"owner": "Ada", "partner": "Bo"})
            {'Ada': 0, 'Bo': 1}
        """
        shares = self.shares(people)
        if self.by == "overlay":
            return {one: rounded(amount * share.numerator, share.denominator) for one, share in shares.items()}
        return parts_of(amount, shares)


def parts_of(amount: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Whole parts of an amount for shares of 1, by the largest remainder, ties by name, mirrored below zero.

    Examples:
        >>> parts_of(-100, {"Ada": Fraction(1, 3), "Bo": Fraction(1, 3), "Cleo": Fraction(1, 3)})
        {'Ada': -34, 'Bo': -33, 'Cleo': -33}
    """
    people = sorted(shares)
    sign = 1 if amount >= 0 else -1
    parts = shared_out(abs(amount), [shares[one] for one in people]) if people else []
    return {one: sign * part for one, part in zip(people, parts, strict=True)}
