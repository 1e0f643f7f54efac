"""From a figure to that of a list of deals in another system."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from attrs import evolve

from salesmetrics._numeric.columns import id_column
from salesmetrics._numeric.order import places_of
from salesmetrics.across._figure import Figure, change, shared_unit, steps_of
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.money import Money
from salesmetrics.result.answer import Answer, in_unit
from salesmetrics.result.bridge import Bridge, BridgeStep, exact_figure
from salesmetrics.table.ids import check_ids

__all__ = ["Listed", "bridge_to_list"]

Listed: TypeAlias = Mapping[Any, Money | int | None] | Iterable[Any]
"""Deals of another system: their ids, or what each id is worth there."""


def bridge_to_list(ours: Figure, listed: Any) -> Bridge:
    """From a figure to that of a list of another system."""
    if hasattr(listed, "index") and hasattr(listed, "to_dict") and not hasattr(listed, "columns"):
        listed = listed.to_dict()  # a series of pandas is one, from its index to its values
    if isinstance(listed, Mapping):
        _check_sum(ours)
    values = _values(ours, listed)
    places = places_of(id_column([*values]), ours.deals.id)
    lacking = {one: None for one, place in zip(values, places.tolist(), strict=True) if place < 0}
    left_out = {one.id for one in ours.deals.set_aside}
    aside = {one: None for one in lacking if one in left_out}
    unknown = {one: None for one in lacking if one not in left_out}
    check_ids(unknown, ours.deals.id, "deals", "a list")
    if isinstance(listed, Mapping):
        return _to_values(ours, values, aside, unknown)
    theirs = evolve(ours, deals=ours.deals.take(np.sort(places[places >= 0])))
    unit, zero = shared_unit(ours.answer, theirs.answer), Fraction(0)
    uncounted = [one for one in values if one not in ours.brought and one not in lacking]
    untold = [
        BridgeStep(reason, zero, unit, tuple(deals), (zero,) * len(deals))
        for reason, deals in (("not counted in a", uncounted), ("set aside in a", aside), ("unknown in a", unknown))
        if deals
    ]
    path = iter([("only in a", theirs)])
    return Bridge(ours.answer, theirs.answer, unit, (*steps_of(ours, path, theirs, unit), *untold))


def _check_sum(ours: Figure) -> None:
    """Refuse a figure that is no sum over deals: of none it is not zero, or the deals do not add up to it.

    Raises:
        InvalidValueError: It is.
    """
    alone = [ours.alone(row) for _, row in ours.brought.values()]
    is_sum = ours.exact is None or sum(filter(None, alone)) == ours.exact
    is_zero_of_none = not isinstance(ours.answer, Answer) or ours.alone(len(ours.deals)) is not None
    if not is_sum or not is_zero_of_none:
        raise InvalidValueError(
            f"values must be given for a figure that is a sum over deals, got {shown(ours.answer)}; give the ids alone"
        )


def _values(ours: Figure, listed: Any) -> dict[Any, Money | int | None]:
    """The values of a list of deals by id; `None` where only the id is given."""
    is_list = isinstance(listed, Iterable) and not isinstance(listed, str) and not hasattr(listed, "columns")
    given = [*listed] if is_list else [None]  # a frame would give the names of its columns
    ids = [one.item() if isinstance(one, np.generic) else one for one in given]  # as columns of numpy give them
    amounts = [*listed.values()] if isinstance(listed, Mapping) else [None] * len(ids)
    is_sound = all(one is None or type(one) in (Money, int) for one in amounts)
    if not is_sound or not all(type(one) in (str, int) for one in ids) or len(set(ids)) < len(ids):
        raise InvalidValueError(
            f"b must be a figure, different ids of deals, or a mapping from ids to money or whole numbers, got "
            f"{shown(listed)}; write partial(measure, deals) for deals"
        )
    told = [one for one in amounts if one is not None]
    figure = ours.answer if ours.exact is not None else next(iter(told), None)
    is_money = shared_unit(figure, None) is not None
    strange = [one for one in told if isinstance(one, Money) != is_money]
    if strange:
        wanted, hint = ("Money", "Money.of('250.00', 'USD')") if is_money else ("whole numbers", "250")
        raise InvalidValueError(
            f"values must be {wanted}, as {shown(figure)} is, got {shown(strange[0])}; write {hint}"
        )
    return dict(zip(ids, amounts, strict=True))


def _to_values(ours: Figure, values: Mapping[Any, Any], aside: Collection[Any], unknown: Collection[Any]) -> Bridge:
    """From a sum over deals to the sum of what another system says of each."""
    own = {one: ours.alone(row) for one, (_, row) in ours.brought.items()}
    told = {one: exact_figure(value) for one, value in values.items()}
    changes: dict[str, dict[Any, Fraction | None]] = {reason: {} for reason in _REASONS}
    for one in own | told:
        mine, yours = own.get(one), told.get(one)
        if one not in told:
            reason = "only in a"
        elif one not in own:
            reason = "set aside in a" if one in aside else "unknown in a" if one in unknown else "not counted in a"
        elif mine == yours:
            continue
        else:
            reason = (
                "value missing in a" if mine is None else "value missing in b" if yours is None else "value differs"
            )
        changes[reason][one] = change(mine, yours)
    amounts = [value for value in values.values() if value is not None]
    unit = shared_unit(ours.answer, amounts[0] if amounts else None)
    nothing = None if values else in_unit(0, unit)  # of no deals at all the sum is zero, as in every book
    total = sum(amounts[1:], amounts[0]) if amounts else nothing
    steps = [
        BridgeStep(reason, Fraction(sum(filter(None, found.values()))), unit, tuple(found), tuple(found.values()))
        for reason, found in changes.items()
        if found
    ]
    return Bridge(ours.answer, total, unit, tuple(steps))


_REASONS = (
    "only in a",
    "not counted in a",
    "set aside in a",
    "unknown in a",
    "value missing in a",
    "value missing in b",
    "value differs",
)
