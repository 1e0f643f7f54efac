"""Strategies for deals with a past: changes of a book's deals, at moments that meet the bounds of days."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics import Deal, DealChange, DealHistory, Deals, Outcome
from salesmetrics.format.history_format import Gaps
from salesmetrics.strategies import deal_changes
from salesmetrics.table.past import HISTORY_DOUBTS
from strategies import DOUBTS, Book, laid_down

__all__ = ["GAPS", "HISTORY_DOUBTS", "Past", "Visit", "changes", "pasts", "visits_of"]

GAPS: tuple[Gaps, ...] = ("unchanged", "cleared")


def changes(book: Book) -> SearchStrategy[list[DealChange]]:
    """Changes of the deals of a book, and of one that is not there."""
    ids = [*(deal.id for deal in book.deals), "nobody's"]
    return st.lists(deal_changes(ids, book.process, book.table.currency), max_size=8)


@frozen
class Past:
    """A book as it was given, changes of its deals, and both laid down."""

    given: Book
    changes: list[DealChange]
    gaps: Gaps

    @property
    def history(self) -> DealHistory:
        return DealHistory.of(self.changes, self.given.process, self.gaps)

    @property
    def table(self) -> Deals:
        return self.given.table.with_history(self.history, accept=HISTORY_DOUBTS)

    @property
    def book(self) -> Book:
        """The book with the ends that its history tells."""
        deals = []
        for deal in self.given.deals:
            told = self.told([change for change in self.changes if change.deal == deal.id])
            deals.append(deal if told is None else evolve(deal, stage=told[0], closed=told[1]))
        return evolve(self.given, deals=deals, doubts=DOUBTS)

    def says(self, change: DealChange, name: str) -> bool:
        """Whether a change says something of a field, be it that it was cleared."""
        return getattr(change, name) is not None or (self.gaps == "cleared" and name in self.history.tracked)

    def told(self, own: list[DealChange]) -> tuple[str | None, date | None] | None:
        """The stage of a deal after its changes, and the day on which it closed; `None` where they tell no stage."""
        staged = sorted((change for change in own if self.says(change, "stage")), key=lambda change: change.at)
        if not staged:
            return None
        last = staged[-1].stage
        if self.given.process.outcome_of(last) is Outcome.OPEN:
            return last, None
        entered = staged[-1]
        for change in reversed([one for one in staged if one.stage is not None]):
            if change.stage != last:
                break
            entered = change
        return last, entered.at.date()


@st.composite
def pasts(draw: DrawFn) -> Past:
    book = draw(laid_down())
    return Past(book, draw(changes(book)), draw(st.sampled_from(GAPS)))


@frozen
class Visit:
    """A deal's coming into a stage, and its going on, if it has gone."""

    stage: str
    entered: date
    left: date | None


def visits_of(past: Past, deal: Deal) -> list[Visit]:
    """The stages that a deal came into, one after the other."""
    found: list[Visit] = []
    for change in sorted((one for one in past.changes if one.deal == deal.id), key=lambda one: one.at):
        if change.stage is None or (found and found[-1].stage == change.stage):
            continue
        if found:
            found[-1] = Visit(found[-1].stage, found[-1].entered, change.at.date())
        found.append(Visit(change.stage, change.at.date(), None))
    return found
