"""Who is credited with what by a plan, worked out once for all of its payees."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from functools import cached_property

from attrs import field, frozen

from salesmetrics.model.credit import Credit
from salesmetrics.model.deal_event import DealEvent
from salesmetrics.model.plan.bonus import Bonus
from salesmetrics.model.plan.plan import CompPlan
from salesmetrics.model.plan.rule import Rule
from salesmetrics.pay._credits import Book, Credited
from salesmetrics.table.assignments import Assignments
from salesmetrics.table.deals import Deals

__all__ = ["PlanCredits", "TeamCredits"]

_ByPerson = Mapping[str, Sequence[Credited]]


@frozen
class PlanCredits:
    """Everybody's credits by each rule and bonus of a plan, in the order in which the deals were booked.

    Args:
        rules: By the name of the rule.
        bonuses: By the name of the bonus.
        missing: How many deals of each person have no day or nothing to measure, by the rule that lacks most.
    """

    rules: Mapping[str, _ByPerson]
    bonuses: Mapping[str, _ByPerson]
    missing: Mapping[str, int]

    @classmethod
    def of(cls, plan: CompPlan, book: Book) -> PlanCredits:
        """The credits of a book by a plan.

        Raises:
            InvalidValueError: A deal does not name everybody whom it is shared among.
        """
        bonuses = [step for step in plan.steps if isinstance(step, Bonus)]
        flags = book.counted_by([rule.basis for rule in plan.rules], most_specific=plan.most_specific)
        flags += book.counted_by([bonus.basis for bonus in bonuses], most_specific=False)
        measured: list[Rule | Bonus] = [*plan.rules, *bonuses]
        by_name: dict[str, _ByPerson] = {}
        most: dict[str, int] = {}
        for one, counted in zip(measured, flags, strict=True):
            by_name[one.name], missing = book.credits_of(one.allocate, one.basis, counted)
            for person, n in missing.items():
                most[person] = max(n, most.get(person, 0))
        rules, others = ({one.name: by_name[one.name] for one in some} for some in (plan.rules, bonuses))
        return cls(rules, others, most)

    @property
    def people(self) -> set[str]:
        """Everybody who is credited with a deal, or would be if it had a day and a value."""
        return {
            *self.missing,
            *(person for those in (*self.rules.values(), *self.bonuses.values()) for person in those),
        }

    def own(self, payee: str) -> dict[str, Sequence[Credited]]:
        """The credits of one person, by the name of the rule or bonus."""
        return {name: those.get(payee, ()) for name, those in {**self.rules, **self.bonuses}.items()}


@frozen(slots=False)
class TeamCredits:
    """What plans credit the people of a book with; plans that credit alike are looked up once.

    Args:
        deals: The table.
        events: What happened to its deals.
        staff: Who works for whom.
        credits: Who shares which deal, where it is not as the plan says.
        end: The first day that is not looked at.
    """

    deals: Deals
    events: Sequence[DealEvent]
    staff: Assignments
    credits: Sequence[Credit]
    end: date
    _found: dict[Hashable, PlanCredits] = field(factory=dict, init=False)

    @cached_property
    def book(self) -> Book:
        """The won deals and what happened to them."""
        return Book.of(self.deals, self.events, self.staff, self.credits, self.end)

    def by(self, plan: CompPlan) -> PlanCredits:
        """Everybody's credits by a plan."""
        measured = [one for one in (*plan.rules, *plan.steps) if isinstance(one, (Rule, Bonus))]
        alike = plan.most_specific, *((type(one), one.name, one.allocate, one.basis) for one in measured)
        if alike not in self._found:
            self._found[alike] = PlanCredits.of(plan, self.book)
        return self._found[alike]
