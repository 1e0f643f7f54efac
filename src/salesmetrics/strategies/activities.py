"""What was done: activities, logs of them, and the formats that read logs."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.format.activity_format import ACTIVITY_FIELDS, ActivityFormat
from salesmetrics.model.activity import Activity
from salesmetrics.table.activities import Activities

__all__ = ["activities", "activity_formats", "activity_logs"]

_INSTANTS = st.sampled_from(
    [datetime(2026, 6, 30, 23, minute, second, tzinfo=UTC) for minute in (0, 30, 59) for second in (0, 59)]
) | st.datetimes(timezones=st.just(UTC))
"""Instants around a midnight that London and UTC do not share, and any other."""


def activities() -> SearchStrategy[Activity]:
    """Something that was done, for a rep, a lead or a deal, or for nobody.

    Examples:
        >>> from hypothesis import given
        >>> @given(activities())
        ... def test_an_instant_is_in_utc(activity: Activity) -> None:
        ...     assert activity.at.utcoffset().total_seconds() == 0
        >>> test_an_instant_is_in_utc()
    """
    ids = st.sampled_from([None, "L-1", "Ünal 雪", 7, 2**70])
    return st.builds(
        Activity,
        _INSTANTS,
        st.sampled_from(["call", "demo", "page visit", "<b>"]),
        st.sampled_from([None, "Ada", "Bo", ""]),
        ids,
        ids,
        st.none() | st.sampled_from([0, 1, 45]),
        st.sampled_from([{}, {"page": "pricing"}, {"page": "<td>", "rating": 2.5}]),
    )


def activity_logs() -> SearchStrategy[Activities]:
    """A table of activities, in which one may stand twice.

    Examples:
        >>> from hypothesis import given
        >>> @given(activity_logs())
        ... def test_every_activity_has_a_kind(log: Activities) -> None:
        ...     assert log.kind.known.all()
        >>> test_every_activity_has_a_kind()
    """
    return st.lists(activities(), max_size=8).map(Activities.of)


@st.composite
def activity_formats(draw: DrawFn) -> ActivityFormat:
    """A format of a log: with any of the columns, and every way in which cells are written.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(activity_formats())
        ... def test_the_instant_has_a_column(form: ActivityFormat) -> None:
        ...     assert form.at in form.columns
        >>> test_the_instant_has_a_column()
    """
    maybe = draw(st.sets(st.sampled_from(ACTIVITY_FIELDS)))
    columns = {name: name.title() for name in ACTIVITY_FIELDS if name in {"at", "kind", *maybe}}
    return ActivityFormat(
        at=columns.pop("at"),
        kind=columns.pop("kind"),
        rep=columns.get("rep"),
        lead=columns.get("lead"),
        deal=columns.get("deal"),
        minutes=columns.get("minutes"),
        fields=draw(st.sampled_from([{}, {"page": "Page"}])),
        date_format=draw(st.sampled_from([None, "%d.%m.%Y %H:%M"])),
        zone=draw(st.sampled_from([None, "UTC", "Europe/London"])),
        rounding=draw(st.sampled_from([None, "half_away"])),
        missing=draw(st.sampled_from([("",), (), ("", "-")])),
        escaped=draw(st.booleans()),
    )
