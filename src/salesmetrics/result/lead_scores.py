"""The scores of leads, with the points that every rule gave."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

import numpy as np
from attrs import field, fields, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, coded, id_column, readonly
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.labels import FrozenMapping
from salesmetrics.model.scoring.points import MICRO, points_shown, whole_or_float
from salesmetrics.result._display import html_of_table, html_of_text, plain_text, text_of_table
from salesmetrics.result._plain import follows, thing_of
from salesmetrics.result._rule_scores import RuleScores, ScoreLine, is_column

__all__ = ["LeadScores"]

_SHOWN = 20  # leads that are shown, the rest being counted
_COUNTS = ("n_later", "n_unseen", "n_unknown", "n_without_lead", "n_early", "n_repeated")

_UNKNOWN = ("unknown_fields", "unknown_kinds")


def _frozen(columns: Mapping[str, NDArray[np.int64]]) -> FrozenMapping[NDArray[np.int64]]:
    return FrozenMapping(columns)


@frozen(eq=False, repr=False)
class LeadScores:
    """The scores of leads as of a day, with the points that every rule gave.

    A score is a reading of one model on one day: scores of two days or two models are not added. Points are kept in
    whole millionths, so that the points of rules add up to those of groups, and these to the total, exactly, as far as
    no limit holds them and no role weighs.

    Args:
        as_of: The day at whose start leads were scored.
        lead: The ids of the leads.
        rules: What every rule gave.
        groups: The points of each part of the score, held to its limits [millionths].
        micro: The totals, held to their limits, each times the weight of the lead's role [millionths].
        unweighted: The totals before their roles weigh [millionths].
        label: What the leads are called.
        disqualified: By which condition leads are disqualified.
        n_later: How many leads came in on the day or later, and are left out.
        n_unseen: How many activities are of the day or later, and are left out.
        n_unknown: How many activities are of leads that are not among these, and are left out.
        n_without_lead: How many activities are of no lead, and are left out.
        n_early: How many of the activities that count are from before their lead came in.
        n_repeated: How many of them say in everything the same as one before them, and count once more.
        unknown_fields: The fields that the model asks for, and that no lead, or no activity, has.
        unknown_kinds: The kinds that it asks for, and that no activity is of.

    Laws:
        adds_up: Without limits, the points of rules add up to those of their group, and these to the total before
            roles weigh.
        explained: The lines of a lead are its rows of the breakdown, and those of rules that gave it nothing.
        round_trip: `from_dict` makes the same scores of what `to_dict` wrote.

    Examples:
        >>> from salesmetrics import Did, Lead, ScoreRule, ScoringModel, score_leads
        >>> from salesmetrics import Activity
        >>> from datetime import UTC, datetime
        >>> model = ScoringModel([ScoreRule("visits", Did("visit"), 3, repeat="each", maximum=5)])
        >>> visits = [Activity(datetime(2026, 1, day, 9, tzinfo=UTC), "visit", lead="L-1") for day in (6, 7)]
        >>> scores = score_leads([Lead("L-1", date(2026, 1, 5))], visits, model=model, as_of=date(2026, 2, 1))
        >>> print(scores.explain("L-1"))
        L-1 as of 2026-02-01: 5 points
        engagement: 5
          visits: 5 of 6 points for 2; held by maximum
    """

    as_of: date
    lead: NDArray[Any]
    rules: tuple[RuleScores, ...]
    groups: Mapping[str, NDArray[np.int64]] = field(converter=_frozen)
    micro: NDArray[np.int64]
    unweighted: NDArray[np.int64]
    label: Coded
    disqualified: Coded
    n_later: int
    n_unseen: int
    n_unknown: int
    n_without_lead: int
    n_early: int
    n_repeated: int
    unknown_fields: tuple[str, ...] = ()
    unknown_kinds: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        for array in (self.lead, self.micro, self.unweighted, *self.groups.values()):
            readonly(array)

    def __reduce__(self) -> tuple[Any, ...]:
        columns = tuple(getattr(self, one.name) for one in fields(LeadScores))
        return LeadScores, columns  # a pickled array forgets that it is read-only

    @property
    def total(self) -> NDArray[np.float64]:
        """The points of each lead, as the floats nearest to them.

        Examples:
            >>> from salesmetrics import ScoringModel, score_leads
            >>> score_leads([], [], model=ScoringModel.classic(), as_of=date(2026, 2, 1)).total
            array([], dtype=float64)
        """
        return self.micro / MICRO

    def __getitem__(self, lead: Any) -> int | float:
        """The points of a lead."""
        return whole_or_float(int(self.micro[self._row_of(lead)]))

    def lines(self, lead: Any) -> list[ScoreLine]:
        """What each rule gave a lead, those that gave nothing too.

        Raises:
            InvalidValueError: There is no such lead.

        Examples:
            >>> from salesmetrics import Lead, ScoringModel, score_leads
            >>> lead = Lead(7, date(2026, 1, 5), fields={"fits persona": True, "inaccurate details": False})
            >>> score_leads([lead], [], model=ScoringModel.classic(), as_of=date(2026, 2, 1)).lines(7)[-1].points
            5
        """
        row = self._row_of(lead)
        return [rule.line(row) for rule in self.rules]

    def explain(self, lead: Any) -> str:
        """Why a lead has its score, in words: each part of it, and the rules that gave something.

        Raises:
            InvalidValueError: There is no such lead.

        Examples:
            >>> from salesmetrics import Lead, ScoringModel, score_leads
            >>> lead = Lead(7, date(2026, 1, 5), fields={"fits persona": True, "inaccurate details": True})
            >>> print(score_leads([lead], [], model=ScoringModel.classic(), as_of=date(2026, 2, 1)).explain(7))
            7 as of 2026-02-01: 0 points
            engagement: 0
            fit: 0
              inaccurate details: -5 of -5 points for 1
              fits persona: 5 of 5 points for 1
        """
        row = self._row_of(lead)
        name, why = self.label[row], self.disqualified[row]
        called = "" if name is None else f", {plain_text(name)}" + ("" if why is None else f" by {plain_text(why)}")
        said = [f"{plain_text(lead)} as of {self.as_of}: {points_shown(int(self.micro[row]))} points{called}"]
        if self.unweighted[row] != self.micro[row]:
            said.append(f"weighed by role, from {points_shown(int(self.unweighted[row]))}")
        lines = self.lines(lead)
        for group, micro in self.groups.items():
            of_rules = sum(int(rule.points[row]) for rule in self.rules if rule.group == group)
            held = f", held from {points_shown(of_rules)}" if of_rules != micro[row] else ""
            said.append(f"{plain_text(group)}: {points_shown(int(micro[row]))}{held}")
            said += [f"  {line}" for line in lines if line.group == group and line.events]
        return "\n".join(said)

    def buying_groups(self, keys: Sequence[Hashable | None]) -> dict[Any, int | float]:
        """The scores of buying groups: the sums of their members' scores, which their roles have weighed.

        Args:
            keys: For each of these leads the group, such as `leads.key("account")`; `None` for none.

        Raises:
            InvalidValueError: The keys are no list, or there are not as many as leads.

        Laws:
            definition: Equal to adding up the members' scores one by one.

        Examples:
            >>> from salesmetrics import Field, Lead, ScoreRule, ScoringModel, score_leads
            >>> model = ScoringModel([ScoreRule("fits", Field("fits").is_in(True), 10)], role_weights={"buyer": "0.8"})
            >>> leads = [Lead(name, date(2026, 1, 5), fields={"fits": True, "role": "buyer"}) for name in "AB"]
            >>> score_leads(leads, [], model=model, as_of=date(2026, 2, 1)).buying_groups(["Acme", "Acme"])
            {'Acme': 16}
        """
        if not isinstance(keys, Collection) or isinstance(keys, (str, Mapping, AbstractSet)):
            raise InvalidValueError(
                f"keys must be a list with one for each lead, got {shown(keys)}; write leads.key('account')"
            )
        if len(keys) != len(self):
            raise InvalidValueError(f"keys must be one for each of {len(self):,} leads, got {len(keys):,}; align them")
        groups = keys if isinstance(keys, Coded) else coded(list(keys))
        sums = np.zeros(len(groups.names) + 1, np.int64)
        np.add.at(sums, groups.codes.astype(np.intp), self.micro)
        there = set(groups.codes.tolist())
        return {name: whole_or_float(int(sums[code])) for code, name in enumerate(groups.names) if code in there}

    def to_columns(self) -> dict[str, Any]:
        """Plain columns: the lead, its points in total, before its role weighs and by group [points], and its label.

        Examples:
            >>> from salesmetrics import ScoringModel, score_leads
            >>> [*score_leads([], [], model=ScoringModel.classic(), as_of=date(2026, 2, 1)).to_columns()]
            ['lead', 'total', 'unweighted', 'points: engagement', 'points: fit', 'label', 'disqualified']
        """
        return {
            "lead": self.lead.tolist(),
            "total": self.total,
            "unweighted": self.unweighted / MICRO,
            **{f"points: {name}": micro / MICRO for name, micro in self.groups.items()},
            "label": [*self.label],
            "disqualified": [*self.disqualified],
        }

    def breakdown(self) -> dict[str, list[Any]]:
        """What each rule gave each lead, in plain columns, a row for each rule that something counted for.

        Examples:
            >>> from salesmetrics import Lead, ScoringModel, score_leads
            >>> lead = Lead(7, date(2026, 1, 5), fields={"fits persona": True, "inaccurate details": False})
            >>> columns = score_leads([lead], [], model=ScoringModel.classic(), as_of=date(2026, 2, 1)).breakdown()
            >>> columns["rule"], columns["points"]
            (['fits persona'], [5.0])
        """
        names = ("lead", "rule", "group", "events", "raw", "decayed", "points", "limit")
        columns: dict[str, list[Any]] = {name: [] for name in names}
        for rule in self.rules:
            rows = np.flatnonzero(rule.events)
            some = rule.take(rows)
            columns["lead"] += self.lead.take(rows).tolist()
            columns["rule"] += [rule.name] * len(rows)
            columns["group"] += [rule.group] * len(rows)
            columns["events"] += some.events.astype(np.int64).tolist()
            for name in ("raw", "decayed", "points"):
                columns[name] += (getattr(some, name) / MICRO).tolist()
            columns["limit"] += [*some.limit]
        return columns

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types: the kind and version, and the columns; points in whole millionths.

        Examples:
            >>> from salesmetrics import Lead, ScoringModel, score_leads
            >>> lead = Lead(7, date(2026, 1, 5), fields={"fits persona": True})
            >>> written = score_leads([lead], [], model=ScoringModel.classic(), as_of=date(2026, 2, 1)).to_dict()
            >>> written["lead"], written["groups"]["fit"]
            ([7], [5000000])
        """
        return {
            "type": "LeadScores",
            "version": 1,
            "as_of": self.as_of.isoformat(),
            **{name: getattr(self, name).tolist() for name in ("lead", "micro", "unweighted")},
            "rules": [rule.to_dict() for rule in self.rules],
            "groups": {name: micro.tolist() for name, micro in self.groups.items()},
            "label": [*self.label],
            "disqualified": [*self.disqualified],
            **{name: getattr(self, name) for name in _COUNTS},
            **{name: [*getattr(self, name)] for name in _UNKNOWN},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LeadScores:
        """The scores that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no such scores.
        """
        head, names = {"type": "LeadScores", "version": 1}, {one.name for one in fields(cls)}
        is_whole = isinstance(data, Mapping) and set(data) == {*head, *names}
        if not is_whole or not follows(head, {name: data[name] for name in head}):
            raise InvalidValueError(f"scores must be what to_dict wrote, got {shown(data)}; leave them as they were")
        lead, rules, groups = data["lead"], data["rules"], data["groups"]
        n_leads = len(lead) if isinstance(lead, list) else 0
        numbers = [data["micro"], data["unweighted"], *(groups.values() if isinstance(groups, Mapping) else [None])]
        texts = [data["label"], data["disqualified"]]
        is_sound = (
            isinstance(lead, list)
            and all(type(one) in (int, str) for one in lead)
            and len(set(lead)) == n_leads
            and all(is_column(one, n_leads, int) for one in numbers)
            and all(is_column(one, n_leads, str, type(None)) for one in texts)
            and all(type(data[name]) is int and data[name] >= 0 for name in _COUNTS)
            and isinstance(rules, list)
            and all(isinstance(data[name], list) and all(type(one) is str for one in data[name]) for name in _UNKNOWN)
        )
        if not is_sound:
            raise InvalidValueError(
                f"scores must hold different leads, and points and labels of each, got {shown(data)}; "
                "leave them as they were"
            )
        read: dict[str, Any] = {
            "as_of": thing_of(date, data["as_of"], "as_of"),
            "lead": id_column(lead),
            "rules": tuple(RuleScores.from_dict(rule, n_leads) for rule in rules),
            "groups": {name: np.array(micro, np.int64) for name, micro in groups.items()},
            **{name: np.array(data[name], np.int64) for name in ("micro", "unweighted")},
            **{name: coded(data[name]) for name in ("label", "disqualified")},
            **{name: tuple(data[name]) for name in _UNKNOWN},
        }
        return cls(**read, **{name: data[name] for name in _COUNTS})

    def _row_of(self, lead: Any) -> int:
        found = np.flatnonzero(self.lead == lead)
        if type(lead) not in (int, str) or not len(found):
            raise InvalidValueError(
                f"the lead must be among those that were scored, got {shown(lead)}; {nearest(lead, self.lead.tolist())}"
            )
        return int(found[0])

    def __iter__(self) -> Iterator[Any]:
        """The ids of the leads, as those of a mapping from leads to points."""
        return iter(self.lead.tolist())

    def __len__(self) -> int:
        return len(self.lead)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LeadScores):
            return NotImplemented
        return self._said() == other._said()

    __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    def _said(self) -> tuple[Any, ...]:
        columns: dict[str, list[Any]] = {name: [*column] for name, column in self.to_columns().items()}
        told = [getattr(self, name) for name in (*_COUNTS, *_UNKNOWN)]
        return self.as_of, columns, self.breakdown(), told

    def _rows(self) -> tuple[list[str], list[list[str]]]:
        heads = ["lead", "points", *map(plain_text, self.groups), "label"]
        some = range(min(len(self), _SHOWN))
        rows = [
            [
                plain_text(self.lead[row]),
                *(points_shown(int(one[row])) for one in (self.micro, *self.groups.values())),
                plain_text(self.label[row] or ""),
            ]
            for row in some
        ]
        if len(self) > _SHOWN:
            rows.append([f"... {len(self) - _SHOWN:,} more", *[""] * (len(heads) - 1)])
        return heads, rows

    @property
    def _remarks(self) -> tuple[str, ...]:
        """What was left out, and what counts although it is strange."""
        told = (
            (self.n_later, "lead that came in later is left out", "leads that came in later are left out"),
            (self.n_unseen, "later activity is left out", "later activities are left out"),
            (self.n_unknown, "activity of another lead is left out", "activities of other leads are left out"),
            (self.n_without_lead, "activity without a lead is left out", "activities without a lead are left out"),
            (self.n_early, "activity is from before its lead came in", "activities are from before their lead came in"),
            (self.n_repeated, "activity repeats another one", "activities repeat another one"),
        )
        counted = [f"{number:,} {one if number == 1 else more}" for number, one, more in told if number]
        counted += [f"nothing has the field {plain_text(name)!r}" for name in self.unknown_fields]
        return (*counted, *(f"nothing is of the kind {plain_text(kind)!r}" for kind in self.unknown_kinds))

    def __repr__(self) -> str:
        remarks = "".join(f"; {remark}" for remark in self._remarks)
        return f"LeadScores({len(self):,} {'lead' if len(self) == 1 else 'leads'} as of {self.as_of}{remarks})"

    def __str__(self) -> str:
        return "\n".join([text_of_table(*self._rows()), *self._remarks])

    def _repr_html_(self) -> str:
        return html_of_table(*self._rows()) + "".join(map(html_of_text, self._remarks))
