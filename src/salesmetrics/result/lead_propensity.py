"""How likely leads are to be won, by what was won and lost before with what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import isfinite, nextafter, prod
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias, get_args

from attrs import evolve, field, frozen

from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.exact import exact_number
from salesmetrics.model.lead import Lead
from salesmetrics.model.lead_values import field_texts, text_of, value_of
from salesmetrics.model.stage import Outcome
from salesmetrics.result._display import plain_text
from salesmetrics.result._won_lost import WonLost, won_lost
from salesmetrics.result.answer import SAME, Answer

__all__ = ["LeadPropensity", "PropensityStyle"]

PropensityStyle: TypeAlias = Literal["bayes", "odoo"]
"""How counts become a probability: each team drawn to the whole, or as Odoo has it, each team by itself."""

Key = tuple[str | None, str | None, str | None]
"""Team, field, value."""

Sums = tuple[int, int, int]
"""Won, lost, and how many rows they were summed of."""


class PropensityReason(NamedTuple):
    """What one thing that is known of a lead does to its chance.

    Attributes:
        field: The field; `None` for what is so before anything is known.
        value: What it says.
        n_won: How many with it were won, in the lead's team where that stands alone [leads].
        n_lost: How many with it were lost [leads].
        ratio: By how much it multiplies the odds of winning; `None` where it is left out, because it was never seen or
            too rarely.
    """

    field: str | None
    value: str | None
    n_won: int
    n_lost: int
    ratio: float | None


def _names(names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise InvalidValueError(f"fields must be a list of names, got {shown(names)}; write ['source']")
    return tuple(names)


def _tuples(entries: Any) -> tuple[Any, ...]:
    """A mapping, or what its plain form was read as, as rows that can be hashed."""
    rows = entries.items() if isinstance(entries, Mapping) else entries
    try:
        return tuple(sorted((name, some if isinstance(some, str) else tuple(some)) for name, some in rows))
    except (TypeError, ValueError):
        raise InvalidValueError(
            f"options of fields must map each field to its own, got {shown(entries)}; write {{'employees': [50, 200]}}"
        ) from None


def _ascend(cuts: tuple[Any, ...]) -> bool:
    numbers = all(type(cut) in (int, float) and isfinite(cut) for cut in cuts)
    return bool(cuts) and numbers and all(one < other for one, other in pairwise(cuts))


def _lead(given: Lead) -> Lead:
    if not isinstance(given, Lead):
        raise InvalidValueError(f"lead must be a Lead, got {shown(given)}; of many ask lead_probabilities")
    return given


@frozen
class LeadPropensity(Answer):
    r"""How many leads were won and lost, by each thing that was known of them; from it the chance of any lead.

    $$ \frac{P(\text{won})}{P(\text{lost})} \cdot \prod_{\text{fields}}
       \frac{P(\text{value} \mid \text{won})}{P(\text{value} \mid \text{lost})} $$

    It keeps counts and nothing else, so two of them add, and a lead that is decided today is added alone. Of won leads
    alone, or of lost ones, it can be added and has no chances: who asks for one is told so. Fields are
    taken to be independent where won and lost are known; where two say nearly the same, both push, and probabilities
    come out too bold. Judge them with `score_quality`, and calibrate them.

    Args:
        style: How counts become a probability.
        fields: The fields that count.
        bins: Of fields that are numbers, the bounds of the groups in which they are counted.
        several: Of fields that say several things, the text between them.
        stages: With Odoo's style, the stages of a field in order: who was won passed all of them, who was lost all up
            to the last.
        team: The field that names teams; `None` where all are one.
        alpha: How many leads each count has more than was seen, so that nothing is impossible.
        shrink: How many leads of the whole each team is given besides its own.
        min_support: What was seen with fewer leads is left out; with Odoo's style only of fields with several values.
        counts: Team, field, value, and how many were won and lost; of no field all leads of a team.

    Laws:
        one_by_one: A lead that is added alone counts as one that was there from the start.
        inside: A chance is never 0 and never 1.
        reasons: The ratios of the reasons multiply to the odds.
        whole: A lead of a team that was never seen has the chance that the whole gives it.

    Examples:
        >>> from datetime import date
        >>> model = LeadPropensity("bayes", ["source"], (), (), (), None, "1", 20, 1, [])
        >>> for number, (source, outcome) in enumerate([("web", "won"), ("web", "lost"), ("fair", "lost")]):
        ...     model = model.with_lead(Lead(number, date(2026, 1, 5), source, outcome=Outcome(outcome)))
        >>> model.probability(Lead("L-9", date(2026, 2, 1), "web"))
        0.45454545454545453
        >>> print(model)
        1 won and 2 lost leads, by source
    """

    readings: ClassVar[tuple[str, ...]] = ("n_won", "n_lost")

    style: str = field(metadata=SAME)
    fields: tuple[str, ...] = field(metadata=SAME, converter=_names)
    bins: tuple[tuple[str, tuple[float, ...]], ...] = field(metadata=SAME, converter=_tuples)
    several: tuple[tuple[str, str], ...] = field(metadata=SAME, converter=_tuples)
    stages: tuple[tuple[str, tuple[str, ...]], ...] = field(metadata=SAME, converter=_tuples)
    team: str | None = field(metadata=SAME)
    alpha: str = field(metadata=SAME)
    shrink: int = field(metadata=SAME)
    min_support: int = field(metadata=SAME)
    counts: WonLost = field(converter=won_lost)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_word(self.style, get_args(PropensityStyle), "style")
        if self.exact_alpha <= 0 or self.shrink < 1 or self.min_support < 0:
            raise InvalidValueError(
                f"LeadPropensity must have an alpha above 0, a shrink from 1 up and a min_support from 0 up, got "
                f"{shown(self.alpha)}, {shown(self.shrink)} and {shown(self.min_support)}; "
                "write alpha=1, shrink=20, min_support=1"
            )
        if "outcome" in (*self.fields, self.team):
            raise InvalidValueError(
                "fields and team must be known before the outcome is, got 'outcome'; name fields, or 'source'"
            )
        wrong = [cuts for _, cuts in self.bins if not _ascend(cuts)]
        if wrong:
            raise InvalidValueError(
                f"bins must be ascending numbers for each field, got {shown(wrong[0])}; "
                "write {'employees': [50, 200]}"
            )
        both = [name for name, _ in self.bins if name in dict(self.several)]
        if both:
            raise InvalidValueError(
                f"a field must be a number with bins or say several things, got {shown(both[0])} as both; keep one"
            )
        if any(not isinstance(one, str) or not one for _, one in self.several):
            raise InvalidValueError(
                f"several must be the text between the values of a field, got {shown(self.several)}; "
                "write {'tags': ','}"
            )
        if self.stages and self.style != "odoo":
            raise InvalidValueError(
                "stages must be given with style='odoo' alone, got them with another; leave them out, because a stage "
                "tells the outcome"
            )
        if any(len(row) != 5 or (row[1] is None) != (row[2] is None) for row in self.counts):
            raise InvalidValueError("counts must be of team, field and value, got others; ask lead_propensity for them")

    @property
    def exact_alpha(self) -> Fraction:
        """How many leads each count has more than was seen."""
        alpha = exact_number(self.alpha)
        if alpha is None:
            raise InvalidValueError(f"alpha must be a number, got {shown(self.alpha)}; write 1 or '0.1'")
        return alpha

    @property
    def n_won(self) -> int:
        """How many won leads were counted [leads]."""
        return sum(won for _, name, _, won, _ in self.counts if name is None)

    @property
    def n_lost(self) -> int:
        """How many lost leads were counted [leads]."""
        return sum(lost for _, name, _, _, lost in self.counts if name is None)

    def of_counts(self, counts: Iterable[tuple[Any, ...]]) -> LeadPropensity:
        """The same of other counts.

        Args:
            counts: As in the field.
        """
        return evolve(self, counts=counts)

    def with_lead(self, lead: Lead) -> LeadPropensity:
        """The same with one more lead; of an open one, or one of which nobody knows, nothing is learned.

        Args:
            lead: A lead as it was known before it was decided.
        """
        if _lead(lead).outcome not in (Outcome.WON, Outcome.LOST):
            return self
        is_won = lead.outcome is Outcome.WON
        rows = [(*key, int(is_won), int(not is_won)) for key in self._keys(lead, is_won=is_won)]
        return evolve(self, counts=[*self.counts, *rows])

    def _keys(self, lead: Lead, *, is_won: bool) -> list[Key]:
        """Under what a decided lead is counted."""
        team = self._team_of(lead)
        keys: list[Key] = [(team, None, None)]
        for name in self.fields:
            texts = self.texts(name, value_of(lead, name))
            keys += [(team, name, text) for one in texts for text in self.passed(name, one, is_won=is_won)]
        return keys

    def texts(self, name: str, value: Any) -> tuple[str, ...]:
        """What a field says, as it is counted."""
        return field_texts(value, name, dict(self.bins), dict(self.several))

    def passed(self, name: str, text: str, *, is_won: bool) -> tuple[str, ...]:
        """The stages that a lead went through, where a field is that of its stage; of any other what it says."""
        stages = dict(self.stages).get(name, ())
        if not stages:
            return (text,)
        if is_won:
            return stages
        return stages[: stages.index(text) + 1] if text in stages else (text,)

    def _team_of(self, lead: Lead) -> str | None:
        value = None if self.team is None else value_of(lead, self.team)
        return None if value is None else text_of(value)

    def exact_probability(self, lead: Lead) -> Fraction | None:
        """The chance that a lead is won, not rounded; `None` while nothing was counted.

        Args:
            lead: A lead, as it is known now; its outcome is not looked at.

        Raises:
            InvalidValueError: As in `probability`.
        """
        odds = self.odds(self._team_of(_lead(lead)))
        if odds is None:
            return None
        ratios = [one for _, one in self._ratios(lead) if one is not None]
        odds *= prod(ratios, start=Fraction(1))
        return odds / (1 + odds)

    def probability(self, lead: Lead) -> float | None:
        """The chance that a lead is won, above 0 and below 1; `None` while nothing was counted.

        Args:
            lead: A lead, as it is known now; its outcome is not looked at.

        Raises:
            InvalidValueError: All leads that were counted were won, or all were lost; a field with bins says something
                else than a number; or what came is no lead.

        Examples:
            >>> from datetime import date
            >>> model = LeadPropensity("bayes", [], (), (), (), None, "1", 1, 1, [(None, None, None, 1, 2)])
            >>> model.probability(Lead("L-9", date(2026, 2, 1)))
            0.4
        """
        exact = self.exact_probability(lead)
        # the nearest float may be 0 or 1 where the chance itself is not
        return None if exact is None else min(max(float(exact), nextafter(0, 1)), nextafter(1, 0))

    def explain(self, lead: Lead) -> tuple[PropensityReason, ...]:
        """Why a lead has the chance that it has: the odds of its team, and what each thing known of it does to them.

        Args:
            lead: A lead, as it is known now.

        Raises:
            InvalidValueError: As in `probability`.

        Examples:
            >>> from datetime import date
            >>> rows = [(None, None, None, 3, 3), (None, "source", "web", 3, 1), (None, "source", "fair", 0, 2)]
            >>> model = LeadPropensity("bayes", ["source"], (), (), (), None, "1", 1, 1, rows)
            >>> for reason in model.explain(Lead("L-9", date(2026, 2, 1), "web")):
            ...     print(reason.field, reason.value, reason.n_won, reason.n_lost, reason.ratio)
            None None 3 3 1.0
            source web 3 1 2.0
        """
        team = self._team_of(_lead(lead))
        odds = self.odds(team)
        reasons = [PropensityReason(None, None, *self._at(team, None, None)[:2], _float(odds))]
        for (name, text), ratio in self._ratios(lead):
            reasons.append(PropensityReason(name, text, *self._at(team, name, text)[:2], _float(ratio)))
        return tuple(reasons)

    def _ratios(self, lead: Lead) -> list[tuple[tuple[str, str], Fraction | None]]:
        team = self._team_of(lead)
        said = [(name, text) for name in self.fields for text in self.texts(name, value_of(lead, name))]
        return [(one, self.ratio(team, *one)) for one in said]

    def odds(self, team: str | None) -> Fraction | None:
        """The odds of winning in a team before anything else is known; `None` while nothing was counted.

        Args:
            team: The team; `None` for leads without one.

        Raises:
            InvalidValueError: All leads that were counted were won, or all were lost.
        """
        whole_won, whole_lost, _ = self._whole.get((None, None), (0, 0, 0))
        if not whole_won and not whole_lost:
            return None
        if not whole_won or not whole_lost:
            raise InvalidValueError(
                f"a chance must be of won and of lost leads, got {whole_won:,} won and {whole_lost:,} lost; "
                f"add leads that were {'lost' if whole_won else 'won'}"
            )
        alpha = self.exact_alpha
        if self.style == "odoo":
            won, lost, n_rows = self._at(team, None, None)
            return (won + n_rows * alpha) / (lost + n_rows * alpha)
        share = (whole_won + alpha) / (whole_won + whole_lost + 2 * alpha)
        won, lost, _ = self._own(team, None, None)
        return (won + self.shrink * share) / (lost + self.shrink * (1 - share))

    def ratio(self, team: str | None, name: str, text: str) -> Fraction | None:
        """By how much a thing that a field says multiplies the odds; `None` where it was seen too rarely, or never.

        Args:
            team: The team; `None` for leads without one.
            name: The field.
            text: What it says, as it is counted.
        """
        alpha, shares = self.exact_alpha, []
        seen = self._at(team, name, text) if self.style == "odoo" else self._whole.get((name, text), (0, 0, 0))
        is_scarce = seen[0] + seen[1] < self.min_support and (self.style == "bayes" or name in dict(self.several))
        if not seen[2] or is_scarce:
            return None
        for side in (0, 1):
            if self.style == "odoo":
                shares.append((seen[side] + seen[2] * alpha) / self._total_in_odoo(team, name, side))
                continue
            among = self._whole_sums[name]
            share = (seen[side] + alpha) / (among[side] + alpha * (among[2] + 1))  # one for what was never seen
            own, own_sum = self._own(team, name, text)[side], self._own_sums[team, name][side]
            stands = self._stands_alone(team)
            shares.append((own + self.shrink * share) / (own_sum + self.shrink) if stands else share)
        return shares[0] / shares[1]

    def _total_in_odoo(self, team: str | None, name: str, side: int) -> Fraction:
        """All that a field says of won or of lost leads, each thing with its alpha; of a stage all leads."""
        if name in dict(self.stages):
            leads = self._at(team, None, None)
            return leads[side] + leads[2] * self.exact_alpha
        sums = self._own_sums[team, name] if self._stands_alone(team) else self._whole_sums[name]
        return sums[side] + sums[3] * self.exact_alpha

    def _stands_alone(self, team: str | None) -> bool:
        """Whether a team has leads of its own; those without one are seen as the whole."""
        return team is not None and (team, None, None) in self._rows

    def _own(self, team: str | None, name: str | None, text: str | None) -> Sums:
        won, lost = self._rows.get((team, name, text), (0, 0)) if self._stands_alone(team) else (0, 0)
        return won, lost, int(self._stands_alone(team) and (team, name, text) in self._rows)

    def _at(self, team: str | None, name: str | None, text: str | None) -> Sums:
        """Won, lost and the number of rows of these, in a team, or in the whole."""
        return self._own(team, name, text) if self._stands_alone(team) else self._whole.get((name, text), (0, 0, 0))

    @cached_property
    def _rows(self) -> dict[Key, tuple[int, int]]:
        return {(team, name, text): (won, lost) for team, name, text, won, lost in self.counts}

    @cached_property
    def _whole(self) -> dict[tuple[str | None, str | None], Sums]:
        """Of all teams together, and how many teams have each."""
        found: dict[tuple[str | None, str | None], Sums] = {}
        for (_, name, text), (won, lost) in self._rows.items():
            before = found.get((name, text), (0, 0, 0))
            found[name, text] = before[0] + won, before[1] + lost, before[2] + 1
        return found

    @cached_property
    def _whole_sums(self) -> dict[str | None, tuple[int, int, int, int]]:
        """Of each field won and lost, how many things it says, and how many rows say them."""
        found: dict[str | None, tuple[int, int, int, int]] = defaultdict(lambda: (0, 0, 0, 0))
        for (name, _), (won, lost, n_rows) in self._whole.items():
            before = found[name]
            found[name] = before[0] + won, before[1] + lost, before[2] + 1, before[3] + n_rows
        return found

    @cached_property
    def _own_sums(self) -> dict[tuple[str | None, str | None], tuple[int, int, int, int]]:
        """The same of each team."""
        found: dict[tuple[str | None, str | None], tuple[int, int, int, int]] = defaultdict(lambda: (0, 0, 0, 0))
        for (team, name, _), (won, lost) in self._rows.items():
            before = found[team, name]
            found[team, name] = before[0] + won, before[1] + lost, before[2] + 1, before[3] + 1
        return found

    def __str__(self) -> str:
        fields = f", by {', '.join(map(plain_text, self.fields))}" if self.fields else ""
        return f"{self.n_won:,} won and {self.n_lost:,} lost leads{fields}"


def _float(exact: Fraction | None) -> float | None:
    return None if exact is None else float(exact)
