"""How reps spend their time, and what comes of it: questions of a log of activities."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

import numpy as np

from salesmetrics._numeric.columns import Coded, Flags
from salesmetrics._numeric.recipe import Count, Lines, Recipe, Total
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.measure._measure import measure_of
from salesmetrics.model.rep import Rep
from salesmetrics.result._counts import CountsByName
from salesmetrics.result.activity import ActivitiesPerRep, MeetingRate, TimeShare
from salesmetrics.result.ramp_time import known_reps
from salesmetrics.table.activities import Activities, IntoActivities, check_kinds

__all__ = ["activities_per_rep", "meeting_rate", "selling_time_share"]


@measure_of(Activities.of, IntoActivities)
def selling_time_share(
    activities: Activities, *, selling: Collection[str], working: Collection[str] | None = None
) -> Recipe[TimeShare]:
    r"""Share of working time that reps spend on selling.

    $$ \text{selling-time share} = \frac{\text{minutes of selling}}{\text{minutes of work}} $$

    It is of the time that was written down. Where calls are logged by themselves and paperwork is not logged at all,
    the share comes out far too high: log the whole day as a kind of its own, and name that as `working`. Selling is a
    part of work, so that more of it than of work has no share: such logs lack days, or `working` lacks the selling.

    Args:
        activities: `Activities`, or any iterable of `Activity`.
        selling: The kinds that are selling, such as `{"call", "demo", "meeting"}`.
        working: The kinds that make up the working time; `None` for all kinds. It has all kinds of selling among them,
            or where whole days are logged, such as `{"working day"}`, none.

    Returns:
        Minutes of selling and of work [minutes] as a `TimeShare`; activities of these kinds without minutes are counted
        in `n_missing`. Its `value` is a fraction in [0, 1], or `None` where more was sold than worked.

    Raises:
        InvalidTableError: A field of the activities is called like a column.
        InvalidValueError: Something other than activities came, the kinds are no collection of texts, or one that the
            log does not know looks like a misspelling of one that it does; or the working time has some kinds of
            selling and lacks others.

    Laws:
        definition: Equal to adding the minutes one by one.
        order: Reordering the activities changes nothing.
        merge: The share of two logs together is the sum of their answers.
        door: A list and a table of the same activities give the same answer.
        breakdown: By group, it equals asking each group alone.
        all_selling: Where every kind is selling, all working time is selling time.

    Examples:
        >>> from datetime import UTC, datetime
        >>> from salesmetrics import Activity
        >>> minutes = {"call": 30, "demo": 60, "paperwork": 210}
        >>> day = datetime(2026, 1, 5, 9, tzinfo=UTC)
        >>> log = [Activity(day, kind, rep="Ada", minutes=number) for kind, number in minutes.items()]
        >>> print(selling_time_share(log, selling={"call", "demo"}))
        30.0 % (90 of 300 minutes; 3 activities)
    """
    is_selling = _of_kinds(activities, selling, "selling")
    is_work = np.ones(len(activities), np.bool_) if working is None else _of_kinds(activities, working, "working")
    lacking = sorted({*selling}.difference(selling if working is None else working))
    if 0 < len(lacking) < len({*selling}):
        raise InvalidValueError(
            "working must hold all kinds of selling, or none where whole days are logged, got some without "
            f"{shown(lacking)}; add them"
        )
    minutes, either = activities.minutes, is_selling | is_work
    return Recipe(
        TimeShare,
        selling=Total(minutes, is_selling),
        working=Total(minutes, is_work),
        n=Count(minutes.known_among(either)),
        n_missing=Count(minutes.missing_among(either)),
    )


@measure_of(Activities.of, IntoActivities)
def meeting_rate(
    activities: Activities, *, meetings: Collection[str], prospecting: Collection[str]
) -> Recipe[MeetingRate]:
    r"""Meetings that were set, over what was done to get them.

    $$ \text{meeting rate} = \frac{|\text{meetings set}|}{|\text{prospecting activities}|} $$

    A meeting is counted when it is set, and not when it is held. The two are counted side by side in the log, and no
    meeting is traced to its call: one that is set in March for a call in February counts in March.

    Args:
        activities: `Activities`, or any iterable of `Activity`.
        meetings: The kinds that say that a meeting was set, such as `{"meeting set"}`.
        prospecting: The kinds of prospecting, such as `{"prospecting call", "prospecting e-mail"}`.

    Returns:
        Meetings and prospecting activities [activities] as a `MeetingRate`; its `value` is a fraction.

    Raises:
        InvalidTableError: A field of the activities is called like a column.
        InvalidValueError: Something other than activities came, the kinds are no collection of texts, or one that
            the log does not know looks like a misspelling of one that it does.

    Laws:
        definition: Equal to counting the activities one by one.
        order: Reordering the activities changes nothing.
        merge: The rate of two logs together is the sum of their answers.
        door: A list and a table of the same activities give the same answer.
        breakdown: By group, it equals asking each group alone.
        other_kinds: Activities of other kinds change nothing.

    Examples:
        >>> from salesmetrics import breakdown, sample_book
        >>> log, tries = sample_book().activities, {"prospecting call", "prospecting e-mail"}
        >>> rates = breakdown(meeting_rate, log, by="rep", meetings={"meeting set"}, prospecting=tries)
        >>> print(rates["ada"])
        13.3 % (75 meetings set by 565 prospecting activities)
    """
    return Recipe(
        MeetingRate,
        n_meetings=Count(_of_kinds(activities, meetings, "meetings")),
        n_prospecting=Count(_of_kinds(activities, prospecting, "prospecting")),
    )


@measure_of(Activities.of, IntoActivities)
def activities_per_rep(activities: Activities, *, reps: Iterable[Rep] = ()) -> Recipe[ActivitiesPerRep]:
    r"""How many activities reps did, each and in the mean.

    $$ \text{activities per rep} = \frac{|\text{activities}|}{|\text{reps}|} $$

    A rep who did nothing is not in the log. Name the `reps`, or whoever is idle lifts the mean of the others. Ask it of
    what shall be counted: of one kind, as in `log.filter(log.kind.is_in("call"))`, or of one period, as in
    `log.in_period(period, zone="UTC")`.

    Args:
        activities: `Activities`, or any iterable of `Activity`.
        reps: Who is counted even without any activity; whoever else did something is counted too.

    Returns:
        The activities of each rep [activities] as `ActivitiesPerRep`; those of nobody are counted in `n_unowned`.

    Raises:
        InvalidTableError: A field of the activities is called like a column.
        InvalidValueError: Something other than activities came, or the reps are no `Rep`s or one comes twice.

    Laws:
        definition: Equal to counting the activities of each rep one by one.
        order: Reordering the activities changes nothing.
        merge: The answers for two logs add up, rep by rep, to that for both.
        door: A list and a table of the same activities give the same answer.
        breakdown: By group, it equals asking each group alone.
        idle: Naming reps adds reps, and no activity.

    Examples:
        >>> from datetime import UTC, date, datetime
        >>> from salesmetrics import Activity
        >>> day = datetime(2026, 1, 5, 9, tzinfo=UTC)
        >>> log = [Activity(day, "call", rep=name) for name in ("Ada", "Ada", "Bo")]
        >>> print(activities_per_rep(log))
        1.5 a rep (3 by 2 reps)
        >>> staff = [Rep(name, name, date(2025, 1, 1)) for name in ("Ada", "Bo", "Cleo")]
        >>> print(activities_per_rep(log, reps=staff))
        1.0 a rep (3 by 3 reps), 1 of them without any
    """
    names = tuple(rep.id for rep in known_reps(reps))
    everything = np.ones(len(activities), np.bool_)
    return Recipe(
        ActivitiesPerRep,
        by_rep=Lines(partial(_counted, names), everything, {"rep": activities.rep}),
        n_unowned=Count(~activities.rep.known),
    )


def _counted(names: tuple[str, ...], *, rep: Coded) -> CountsByName:
    return CountsByName.of_column(names, rep)


def _of_kinds(activities: Activities, kinds: Collection[str], what: str) -> Flags:
    """Which activities are of one of these kinds.

    Raises:
        InvalidValueError: The kinds are no collection of texts, or one looks misspelt.
    """
    if isinstance(kinds, str) or not isinstance(kinds, Collection) or not all(isinstance(one, str) for one in kinds):
        raise InvalidValueError(f"{what} must be a collection of kinds, got {shown(kinds)}; write {what}={{'call'}}")
    check_kinds(activities, kinds, what)
    return activities.kind.is_in(*kinds)
