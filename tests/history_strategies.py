"""Strategies for deals with a past: changes of a book's deals, at moments that meet the bounds of days."""

from __future__ import annotations

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics import DealChange, DealHistory, Deals
from salesmetrics.strategies import deal_changes
from salesmetrics.table.history_format import Gaps
from salesmetrics.table.past import HISTORY_DOUBTS
from strategies import Book, laid_down

__all__ = ["GAPS", "HISTORY_DOUBTS", "Past", "changes", "pasts"]

GAPS: tuple[Gaps, ...] = ("unchanged", "cleared")


def changes(book: Book) -> SearchStrategy[list[DealChange]]:
    """Changes of the deals of a book, and of one that is not there."""
    ids = [*(deal.id for deal in book.deals), "nobody's"]
    return st.lists(deal_changes(ids, book.process, book.table.currency), max_size=8)


@frozen
class Past:
    """A book, changes of its deals, and both laid down."""

    book: Book
    changes: list[DealChange]
    gaps: Gaps

    @property
    def history(self) -> DealHistory:
        return DealHistory.of(self.changes, self.book.process, self.gaps)

    @property
    def table(self) -> Deals:
        return self.book.table.with_history(self.history, accept=HISTORY_DOUBTS)


@st.composite
def pasts(draw: DrawFn) -> Past:
    book = draw(laid_down())
    return Past(book, draw(changes(book)), draw(st.sampled_from(GAPS)))
