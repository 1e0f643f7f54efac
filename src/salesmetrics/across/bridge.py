"""Why two figures of one measure differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from inspect import Parameter
from typing import Any

import numpy as np
from attrs import evolve

from salesmetrics._numeric.columns import Coded, Flags, Masked, id_column
from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.order import places_of
from salesmetrics.across._figure import Figure, Path, figure_of, shared_unit, steps_of
from salesmetrics.across._listed import Listed, bridge_to_list
from salesmetrics.across._measures import name_of
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.result.bridge import Bridge
from salesmetrics.table.deals import Deals

__all__ = ["bridge"]


def bridge(a: partial[Any], b: partial[Any] | Listed) -> Bridge:
    """Why two figures of one measure differ, step by step.

    A figure is a measure with its deals and options that is not asked yet: `partial(win_rate, deals)`. What differs is
    changed one after the other, and the figure is read each time, so the steps add up to the difference, exactly:

    - "set aside in b", "no day of creation, left out of b", "not yet created in b": deals that the second table left
      out, and why, and "only in a": those of which it does not know;
    - fields, such as "amount missing in b" or "stage differs": of the deals in both tables;
    - options, such as "population: 'closed' to 'all'";
    - the same of the first table, and "only in b".

    Of a sum, a step is what its deals bring. Of a rate it depends on the steps before it: another order would give
    other steps, with the same sum. Where a figure is not defined on the way, or options cannot be asked apart, steps
    are told as one.

    Where the other system gives no more than a list, `b` is that list. Of ids alone, the second figure is the measure
    of these deals as they are here; "not counted in a", "set aside in a" and "unknown in a" name those that this cannot
    tell of. Of ids with values, it is the sum of the values.

    A table that was filtered does not say what it left out: that is told as deals that are "only in" the other. To have
    the reason by name, such as the day that places deals in a period, make it an option of a function of your own that
    asks the measure. Such a function is asked of each deal alone, for each step, which takes about a millisecond each;
    of a measure all deals are asked at once.

    Args:
        a: A measure, or any function of a table of deals, with its deals and options.
        b: The same measure with other deals or options; or ids of deals; or a mapping from ids to values, as which a
            series of pandas counts too.

    Returns:
        The steps that change the figure or what any deal brings to it, as a `Bridge`; none where nothing differs. Each
        names the deals of which the measure, asked of the deal alone, says something else than before.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: There is no measure, there are two, or its answer is no figure; the tables have different
            stages; ids are numbers here and text there; or values are given for a figure that is no sum over deals.
        CurrencyMismatchError: The figures are in two currencies.

    Laws:
        definition: Between options, the step is one figure less the other, and its deals are those that differ alone.
        whole: The steps add up to the difference, for any measure and any two tables.
        deals: Of a sum, what the deals of a step bring adds up to the step.
        same: A figure and itself have no steps.
        own_function: An undecorated function has the steps of the measure that it asks.
        ids: A list of ids has the steps of the table of these deals.
        values: Values are compared deal by deal.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money, pipeline_value, win_rate
        >>> deals = [
        ...     Deal("D-1", Money.of(500, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1)),
        ...     Deal("D-2", Money.of(800, "USD"), "Lost", "Bo", date(2026, 1, 9), closed=date(2026, 2, 3)),
        ...     Deal("D-3", Money.of(300, "USD"), "Qualified", "Bo", date(2026, 1, 9)),
        ... ]
        >>> print(bridge(partial(win_rate, deals), partial(win_rate, deals, population="all")))
                                                figure  deals  which
        a                              50.0 % (1 of 2)
        population: 'closed' to 'all'          -0.1667      1    D-3
        b                              33.3 % (1 of 3)
        >>> print(bridge(partial(pipeline_value, deals), {"D-3": Money.of(250, "USD"), "D-9": Money.of(90, "USD")}))
                                    figure  deals  which
        a              300.00 USD (1 deal)
        unknown in a            +90.00 USD      1    D-9
        value differs           -50.00 USD      1    D-3
        b                       340.00 USD

    References:
        Called a bridge or a walk in finance; in systems, a reconciliation.
    """
    ours = figure_of(a, "a")
    if not isinstance(b, partial):
        return bridge_to_list(ours, b)
    theirs = figure_of(b, "b")
    if ours.measure != theirs.measure:
        raise InvalidValueError(
            f"both figures must be of one measure, got {name_of(ours.measure)} and {name_of(theirs.measure)}; bridge "
            "each to what they have in common"
        )
    unit = shared_unit(ours.answer, theirs.answer)
    return Bridge(ours.answer, theirs.answer, unit, tuple(steps_of(ours, _path(ours, theirs), theirs, unit)))


def _path(ours: Figure, theirs: Figure) -> Path:
    """From one figure to another, one difference after the other."""
    places = places_of(theirs.deals.id, ours.deals.id)
    both = np.flatnonzero(places >= 0)
    here, there = ours.deals.take(places.take(both)), theirs.deals.take(both)
    is_same = ours.deals is theirs.deals  # of one table, nothing but the options can differ
    left = np.ones(len(ours.deals), np.bool_)
    for reason, rows in _left_out(ours.deals, theirs.deals, "b"):
        left &= ~rows
        yield reason, evolve(ours, deals=ours.deals.take(np.flatnonzero(left)))
    now = ours if is_same else evolve(ours, deals=here)
    yield "only in a", now
    for reason, table in () if is_same else _fields(here, there):
        now = evolve(now, deals=table)
        yield reason, now
    for name in {**ours.options, **theirs.options}:
        old, new = (side.options.get(name, Parameter.empty) for side in (ours, theirs))
        if old is not new and not np.all(old == new):
            others = {one: value for one, value in now.options.items() if one != name}
            now = evolve(now, options=others if new is Parameter.empty else others | {name: new})
            yield f"{name}: {_option(old)} to {_option(new)}", now
    stray = [*(here.values.keys() - there.values.keys()), *(here.labels.keys() - there.labels.keys())]
    if stray:
        yield f"{', '.join(sorted(stray))} only in a", evolve(now, deals=there)
    left = places >= 0
    for reason, rows in _left_out(theirs.deals, ours.deals, "a"):
        left |= rows
        yield reason, evolve(theirs, deals=theirs.deals.take(np.flatnonzero(left)))
    yield "only in b", theirs


def _left_out(deals: Deals, other: Deals, name: str) -> Iterator[tuple[str, Flags]]:
    """The deals that another table left out, by the reason why, as far as it says so."""
    if other.day is None and not other.set_aside:
        return
    lacking = places_of(deals.id, other.id) < 0
    aside = id_column([one.id for one in other.set_aside if one.id is not None])
    reasons = {f"set aside in {name}": places_of(deals.id, aside) >= 0}
    if other.day is not None:
        created = deals.created
        reasons[f"no day of creation, left out of {name}"] = ~created.known
        reasons[f"not yet created in {name}"] = created.known & (created.values >= day_number(other.day))
    for reason, rows in reasons.items():
        found = lacking & rows
        if found.any():
            lacking &= ~found
            yield reason, found


def _option(value: Any) -> str:
    return "not given" if value is Parameter.empty else shown(value)


def _fields(here: Deals, there: Deals) -> Iterator[tuple[str, Deals]]:
    """From deals as one table has them to the same deals as another has them, one field after the other."""
    if here.process.names != there.process.names:
        raise InvalidValueError(
            f"both tables must have the same stages, got {shown(here.process.names)} and {shown(there.process.names)}; "
            "make both with one process"
        )
    now = here if here.currency != NO_CURRENCY else _in_currency(here, there.currency)
    for name in ("process", "past", "day"):
        if getattr(now, name) != getattr(there, name):
            now = evolve(now, **{name: getattr(there, name)})
            yield f"{_FACTS[name]} differs", now
    for name in _COLUMNS:
        for difference, column in _between(getattr(now, name), getattr(there, name)):
            changed: dict[str, Any] = {name: column}
            now = evolve(now, **changed)
            yield f"{name} {difference}", now
    for kind in ("values", "labels"):
        for name, new in getattr(there, kind).items():
            own: Mapping[str, Any] = getattr(now, kind)
            for difference, column in _between(own[name], new) if name in own else [("only in b", new)]:
                more: dict[str, Any] = {kind: {**getattr(now, kind), name: column}}
                now = evolve(now, **more)
                yield f"{name} {difference}", now


_FACTS: Mapping[str, str] = {"process": "process", "past": "history", "day": "day of the book"}

_COLUMNS = "stage owner created closed expected_close amount probability category kind account".split()


def _in_currency(table: Deals, currency: str) -> Deals:
    """A table without money, in a currency."""
    values = {name: one if one.unit is None else one.in_unit(currency) for name, one in table.values.items()}
    return evolve(table, currency=currency, amount=table.amount.in_unit(currency), values=values)


def _between(old: Masked | Coded, new: Masked | Coded) -> Iterator[tuple[str, Masked | Coded]]:
    """From one column to another: first what is known in one of them only, then what differs."""
    if not isinstance(old, Masked) or not isinstance(new, Masked) or old.unit != new.unit:
        if [*old] != [*new]:
            yield "differs", new
        return
    values, known = old.values, old.known
    for difference, rows in (
        ("missing in a", new.known & ~old.known),
        ("missing in b", old.known & ~new.known),
        ("differs", old.known & new.known & (old.values != new.values)),
    ):
        if rows.any():
            values, known = np.where(rows, new.values, values), np.where(rows, new.known, known)
            yield difference, Masked(values, known, new.unit)
