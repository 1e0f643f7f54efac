"""Strategies for deals with a past: changes of a book's deals, at moments that meet the bounds of days."""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics import Category, DealChange, DealHistory, Deals
from salesmetrics.table.deal_history import Gaps
from strategies import Book, days, laid_down, money

__all__ = ["GAPS", "HISTORY_DOUBTS", "Past", "changes", "pasts"]

HISTORY_DOUBTS = ("close_disagrees", "moved_after_close", "reopened", "stage_disagrees", "unknown_deal")
GAPS: tuple[Gaps, ...] = ("unchanged", "cleared")


def moments() -> SearchStrategy[date]:
    """Days, and times within them."""
    return days() | days().map(lambda day: datetime(day.year, day.month, day.day, 12, 30, 0, 1))  # noqa: DTZ001


@st.composite
def changes(draw: DrawFn, book: Book) -> list[DealChange]:
    """Changes of the deals of a book, and of one that is not there."""
    currency = book.table.currency
    ids = [*(deal.id for deal in book.deals), "nobody's"]
    maybe = st.none()
    one = st.builds(
        DealChange,
        deal=st.sampled_from(ids),
        at=moments(),
        stage=maybe | st.sampled_from(book.process.names),
        amount=maybe | money(currency),
        expected_close=maybe | days().filter(lambda day: day not in (date(2050, 1, 1), date.max)),
        probability=maybe | st.sampled_from([0.0, 0.25, 1.0]),
        category=maybe | st.sampled_from(Category),
        owner=maybe | st.sampled_from(["Ada", "", "Cleo"]),
    )
    return draw(st.lists(one, max_size=8))


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
