"""A scoring model: rules, the groups and limits of their points, and what leads are called by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self, TypeAlias

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, nearest, refuse, shown
from salesmetrics.model.labels import EMPTY, FrozenMapping
from salesmetrics.model.probability import MILLION, IntoProbability, millionths
from salesmetrics.model.scoring.condition import Comparison, Condition, Counted, Did, IsIn, IsMissing
from salesmetrics.model.scoring.label import Grid, Label, Step
from salesmetrics.model.scoring.operands import Field
from salesmetrics.model.scoring.rule import NO_LIMITS, Limits, ScoreRule

__all__ = ["DISQUALIFIED", "ScoringModel"]

DISQUALIFIED = "disqualified"
"""What leads are called that a disqualifier meets."""

_Reach: TypeAlias = tuple[int | float | None, int | float | None]


def _labels(given: Sequence[Label] | Grid) -> tuple[Label, ...] | Grid:
    return given if isinstance(given, Grid) else _several(given)


def _several(given: Iterable[Any]) -> tuple[Any, ...]:
    """What was given as a tuple; one thing alone, or what is none at all, as the only one, to be checked with them."""
    return tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)


def _weights(given: Mapping[str, IntoProbability]) -> FrozenMapping[float]:
    if not isinstance(given, Mapping):
        raise InvalidValueError(f"role_weights must be a mapping, got {shown(given)}; write {{'buyer': '0.8'}}")
    return FrozenMapping({role: millionths(one, what="a role's weight") / MILLION for role, one in given.items()})


def _limits(given: Mapping[str, Limits]) -> FrozenMapping[Limits]:
    if not isinstance(given, Mapping):
        raise InvalidValueError(f"groups must be a mapping, got {shown(given)}; write {{'fit': Limits(maximum=50)}}")
    return FrozenMapping(given)


def _conditions(given: Mapping[str, Condition]) -> FrozenMapping[Condition]:
    if not isinstance(given, Mapping):
        raise InvalidValueError(
            f"disqualifiers must be a mapping, got {shown(given)}; "
            "write {'competitor': Field('competitor').is_in(True)}"
        )
    return FrozenMapping(given)


@frozen
class ScoringModel:
    """How leads are scored: points by rules, held to limits, and what the scores are called.

    Points are worked out in this order: the points of each activity, the daily cap, the decay, the rule's maximum, the
    limits of its group, the limits of the total, the weight of the lead's role. A model is data: it holds no functions,
    and two of the same parts are equal.

    Args:
        rules: The rules.
        groups: Parts of the score by name, each with its `Limits`; parts that rules name and this does not have none.
        limits: Those of the total.
        labels: What leads are called, from the lowest on, of which each has the last that it reaches; or a `Grid`.
        disqualifiers: Conditions by name; a lead of which one is known to hold is called "disqualified", whatever its
            points, and is not handed off.
        role_weights: For members of a buying group, how much the score of each role counts: the last step of a score,
            so that labels by the total and hand-offs go by what is left. A lead without a role is in no such group,
            and counts in full.
        role: The field that holds the role.
        hand_off: The labels with which a lead is handed to sales, which happens once, when it first has one of them.
        recycle: The kind of activity by which sales gives a lead back: from then on it may be handed off again.

    Raises:
        InvalidValueError: A field is not of its kind, a label can never be reached, limits contradict each other, or
            a name is not known; all faults are named.

    Examples:
        >>> model = ScoringModel(
        ...     [ScoreRule("staff", Field("employees") >= 50, 20), ScoreRule("visits", Did("visit"), 5, repeat="each")],
        ...     groups={"engagement": Limits(maximum=40)},
        ...     labels=[Label("lead"), Label("MQL", at=30), Label("SQL", at=60, when=Did("demo request"))],
        ...     hand_off=("SQL",),
        ... )
        >>> model.group_names
        ('engagement', 'fit')
        >>> ScoringModel([ScoreRule("staff", Field("employees") >= 50, 20)], labels=[Label("MQL", at=30)])
        Traceback (most recent call last):
        salesmetrics.errors.InvalidValueError: ScoringModel: label 'MQL' must be within reach, got 30 points of \
'total', which has at most 20; lower it, or raise the limits
    """

    rules: tuple[ScoreRule, ...] = field(converter=_several)
    groups: Mapping[str, Limits] = field(default=EMPTY, converter=_limits)
    limits: Limits = NO_LIMITS
    labels: tuple[Label, ...] | Grid = field(default=(), converter=_labels)
    disqualifiers: Mapping[str, Condition] = field(default=EMPTY, converter=_conditions)
    role_weights: Mapping[str, float] = field(default=EMPTY, converter=_weights)
    role: str = "role"
    hand_off: tuple[str, ...] = field(default=(), converter=_several)
    recycle: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = self._of_kind()
        faults = faults or [*self._of_names(), *self._of_limits()]
        faults = faults or self._of_reach()
        refuse(faults, "ScoringModel")

    @classmethod
    def classic(cls) -> Self:
        """The five classic rules, which nothing limits and no time fades.

        A visit to the pricing page brings 10 points, an opened e-mail 1 and a click-through 3, each time; inaccurate
        details of the company cost 5, and who fits the persona has 5. The activities are of the kinds "pricing page",
        "email open" and "click-through", the flags are the fields "inaccurate details" and "fits persona".

        Examples:
            >>> [(rule.name, rule.points, rule.group) for rule in ScoringModel.classic().rules][2:4]
            [('click-through', 3, 'engagement'), ('inaccurate details', -5, 'fit')]
        """
        each = {"pricing page": 10, "email open": 1, "click-through": 3}
        flags = {"inaccurate details": -5, "fits persona": 5}
        rules = [ScoreRule(kind, Did(kind), points, repeat="each") for kind, points in each.items()]
        rules += [ScoreRule(name, Field(name).is_in(True), points) for name, points in flags.items()]
        return cls(rules)

    @property
    def group_names(self) -> tuple[str, ...]:
        """The parts of the score: those that have limits, and those that only rules name, in their order.

        Examples:
            >>> ScoringModel.classic().group_names
            ('engagement', 'fit')
        """
        return tuple(dict.fromkeys([*self.groups, *(str(rule.group) for rule in self.rules)]))

    @property
    def label_names(self) -> tuple[str, ...]:
        """What leads may be called, from the lowest on; of a grid, row by row from the best on.

        Examples:
            >>> ScoringModel([], labels=[Label("lead")]).label_names
            ('lead',)
        """
        return self.labels.names if isinstance(self.labels, Grid) else tuple(label.name for label in self.labels)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of activities that rules, labels and disqualifiers ask for, and that of `recycle`.

        Examples:
            >>> ScoringModel.classic().kinds
            ('pricing page', 'email open', 'click-through')
        """
        recycle = [] if self.recycle is None else [self.recycle]
        return tuple(dict.fromkeys([*(did.kind for did in self._deeds), *recycle]))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of leads that rules, labels and disqualifiers ask for, and that of the role, where roles weigh.

        Examples:
            >>> ScoringModel.classic().fields
            ('inaccurate details', 'fits persona')
        """
        role = [self.role] if self.role_weights else []
        return tuple(dict.fromkeys([*_names_in(self._parts), *role]))

    @property
    def activity_fields(self) -> tuple[str, ...]:
        """The fields of activities that they ask for.

        Examples:
            >>> ScoringModel([ScoreRule("visit", Did("visit", where=Field("page").is_in("home")), 1)]).activity_fields
            ('page',)
        """
        asked = [part for did in self._deeds if did.where is not None for part in did.where.parts()]
        return tuple(dict.fromkeys(_names_in(asked)))

    @property
    def _parts(self) -> list[Condition]:
        """What its conditions are made of."""
        labels = () if isinstance(self.labels, Grid) else self.labels
        asked = [rule.when for rule in self.rules] + [label.when for label in labels if label.when is not None]
        return [part for one in (*asked, *self.disqualifiers.values()) for part in one.parts()]

    @property
    def _deeds(self) -> list[Did]:
        parts = [part.did if isinstance(part, Counted) else part for part in self._parts]
        return [part for part in parts if isinstance(part, Did)]

    def _of_kind(self) -> list[str]:
        listed = () if isinstance(self.labels, Grid) else self.labels
        asked: list[tuple[str, Any, type]] = [
            *(("a rule", one, ScoreRule) for one in self.rules),
            *(("the limits of a group", one, Limits) for one in self.groups.values()),
            ("limits", self.limits, Limits),
            *(("a label", one, Label) for one in listed),
            *(("a disqualifier", one, Condition) for one in self.disqualifiers.values()),
            ("role", self.role, str),
            *(("a label of hand_off", one, str) for one in self.hand_off),
        ]
        faults = [f"{what} must be a {kind.__name__}, got {shown(one)}; make one of it"
                  for what, one, kind in asked if not isinstance(one, kind)]  # fmt: skip
        if self.recycle is not None and not isinstance(self.recycle, str):
            faults.append(f"recycle must be a kind of activity or None, got {shown(self.recycle)}; name it")
        return faults

    def _of_names(self) -> list[str]:
        faults: list[str] = []
        for what, names in (("rules", [rule.name for rule in self.rules]), ("labels", [*self.label_names])):
            twice = [name for place, name in enumerate(names) if name in names[:place]]
            if twice:
                faults.append(f"{what} must have different names, got {shown(twice[0])} twice; rename one")
        if DISQUALIFIED in self.label_names:
            faults.append(f"no label must be called {DISQUALIFIED!r}, got one; name conditions as disqualifiers")
        if "total" in self.group_names:
            faults.append("no group must be called 'total', got one; rename it")
        named = [str(rule.group) for rule in self.rules]
        faults += [
            f"a group must have a rule, got {shown(name)} with none; {nearest(name, dict.fromkeys(named))}"
            for name in self.groups
            if name not in named
        ]
        asked = self.labels.by if isinstance(self.labels, Grid) else [label.of for label in self.labels]
        for name in asked:
            if name != "total" and name not in self.group_names:
                faults.append(
                    f"labels must be of groups or the total, got {shown(name)}; "
                    f"{nearest(name, ['total', *self.group_names])}"
                )
        for name in self.hand_off:
            if name not in self.label_names:
                faults.append(f"hand_off must name labels, got {shown(name)}; {nearest(name, self.label_names)}")
        if self.recycle is not None and not self.hand_off:
            faults.append(f"recycle must be of a model that hands off, got {shown(self.recycle)}; name hand_off")
        return faults

    def _of_limits(self) -> list[str]:
        """What contradicts itself among the limits of the groups and of the total."""
        least = [self.groups[name].minimum if name in self.groups else None for name in self.group_names]
        most = [self.groups[name].maximum if name in self.groups else None for name in self.group_names]
        maximum, minimum = self.limits.maximum, self.limits.minimum
        faults: list[str] = []
        if least and maximum is not None and _sum(least) is not None and sum(one or 0 for one in least) > maximum:
            faults.append(
                f"the maximum of the total must not be below the minima of its groups together, "
                f"{sum(one or 0 for one in least)}, got {maximum}; change one of them"
            )
        if most and minimum is not None and _sum(most) is not None and sum(one or 0 for one in most) < minimum:
            faults.append(
                f"the minimum of the total must not be above the maxima of its groups together, "
                f"{sum(one or 0 for one in most)}, got {minimum}; change one of them"
            )
        return faults

    def _of_reach(self) -> list[str]:
        """Labels that no lead can have."""
        reach: dict[str, _Reach] = {}
        for name in self.group_names:
            ends = [rule.reach for rule in self.rules if rule.group == name]
            within = (_sum([low for low, _ in ends]), _sum([high for _, high in ends]))
            reach[name] = _limited(within, self.groups.get(name, NO_LIMITS))
        sums = (_sum([low for low, _ in reach.values()]), _sum([high for _, high in reach.values()]))
        reach["total"] = _weighed(_limited(sums, self.limits), min(self.role_weights.values(), default=1))
        if isinstance(self.labels, Grid):
            return [
                *_of_steps(self.labels.rows, self.labels.by[0], reach),
                *_of_steps(self.labels.columns, self.labels.by[1], reach),
            ]
        faults: list[str] = []
        for place, label in enumerate(self.labels):
            most = reach[label.of][1]
            if label.when is None and label.at is not None and most is not None and label.at > most:
                faults.append(_beyond(f"label {label.name!r}", label.at, label.of, most))
            later = [one for one in self.labels[place + 1 :] if _always_above(one, label, reach)]
            if later:
                faults.append(
                    f"label {label.name!r} must be within reach, got {later[0].name!r} after it, which whoever "
                    "reaches it reaches too; sort labels from the lowest on, and give each its points"
                )
        return faults


def _names_in(parts: Iterable[Condition]) -> list[str]:
    """The fields of which conditions ask."""
    return [part.name for part in parts if isinstance(part, (Comparison, IsIn, IsMissing))]


def _sum(ends: Sequence[int | float | None]) -> int | float | None:
    """The sum of bounds; `None` where one of them is none."""
    known = [one for one in ends if one is not None]
    return sum(known) if len(known) == len(ends) else None


def _limited(reach: _Reach, limits: Limits) -> _Reach:
    """The reach of points that are held to limits."""
    low, high = reach
    least, most = limits.minimum, limits.maximum
    lowest = [one for one in (low, least) if one is not None]
    highest = [one for one in (high, most) if one is not None]
    low = max(lowest) if lowest else None
    high = min(highest) if highest else None
    if least is not None and high is not None:
        high = max(high, least)
    if most is not None and low is not None:
        low = min(low, most)
    return low, high


def _weighed(reach: _Reach, least: float) -> _Reach:
    """The reach of points that a role may weigh down, to so small a share at least."""
    low, high = reach
    return low if low is None or low < 0 else low * least, high if high is None or high > 0 else high * least


def _always_above(later: Label, label: Label, reach: Mapping[str, _Reach]) -> bool:
    """Whether whoever reaches a label reaches one that comes after it."""
    if later.at is None:
        return later.when is None
    least = reach[later.of][0]
    if least is not None and later.at <= least:
        return True
    is_by_points = label.when is None and label.at is not None
    return is_by_points and later.of == label.of and label.at is not None and later.at <= label.at


def _of_steps(steps: Sequence[Step], group: str, reach: Mapping[str, _Reach]) -> list[str]:
    """Letters of a grid that no lead can have."""
    least, most = reach[group]
    faults: list[str] = []
    for (name, at), (below, _) in zip(steps, [*steps[1:], ("", None)], strict=True):
        if at is None:
            continue
        if most is not None and at > most:
            faults.append(_beyond(f"{name!r} of the grid", at, group, most))
        if least is not None and at <= least:
            faults.append(
                f"{below!r} of the grid must be within reach, got {at} points of {group!r} for {name!r}, which has "
                f"at least {least}; raise it"
            )
    return faults


def _beyond(what: str, at: float, of: str, most: float) -> str:
    return (
        f"{what} must be within reach, got {at} points of {of!r}, which has at most {most}; "
        "lower it, or raise the limits"
    )
