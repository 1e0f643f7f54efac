"""The laws of a measure, tried by hypothesis."""

from __future__ import annotations

from typing import Any, ClassVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from salesmetrics.door.faults import DOUBTS
from salesmetrics.measure._measure import table_for
from salesmetrics.strategies import books, keys, tables
from salesmetrics.table.deals import Deals
from salesmetrics.table.past import HISTORY_DOUBTS
from salesmetrics.testing.laws import (
    assert_breakdown,
    assert_door,
    assert_identity,
    assert_merge,
    assert_order,
    assert_partition,
    assert_round_trip,
)

__all__ = ["MeasureLaws"]

# One test function runs in the class of every measure; and no law is about time.
_law = settings(deadline=None, suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow])


class MeasureLaws:
    """The laws of a measure whose answers add, each as a test: for a test class that names its measure.

    Every law is tried on tables of any process, with the doubts of real data and without. How many are tried is
    said by the profile of hypothesis that is loaded when this class is imported.

    A test class adds `test_definition`, because laws cannot know what is meant, nor that a measure says what it left
    out.

    Examples:
        >>> from salesmetrics import Count, Proportion, Recipe, as_measure
        >>> @as_measure
        ... def unowned_share(deals: Deals, *, kind: str = "new") -> Recipe[Proportion]:
        ...     mask = deals.kind.is_in(kind)
        ...     return Recipe(Proportion, part=Count(mask & ~deals.owner.known), whole=Count(mask))
        >>> class TestUnownedShare(MeasureLaws):
        ...     measure = staticmethod(unowned_share)
        ...     def options(self, table: Deals) -> SearchStrategy[dict[str, Any]]:
        ...         return st.fixed_dictionaries({"kind": st.sampled_from(["new", "renewal"])})
        >>> TestUnownedShare().test_order()
    """

    measure: ClassVar[Any]
    """The measure; written `staticmethod(my_measure)`, or Python would make it a method."""

    def options(self, table: Any) -> SearchStrategy[dict[str, Any]]:
        """What the measure can be asked beside a table: no options, unless a test class says otherwise.

        Args:
            table: What will be asked; the empty book too.

        Examples:
            >>> MeasureLaws().options(Deals.of([]))
            just({})
        """
        del table  # what it holds does not matter where there are no options
        return st.just({})

    def tables(self) -> SearchStrategy[Any]:
        """On what the measure is tried: any table of deals without a history, unless a test class says otherwise.

        A test class of a measure of another table, such as `Quotas`, says which tables, and by `keys` and `books` what
        they are grouped by and made of.

        Examples:
            >>> from salesmetrics.strategies import tables_with_history
            >>> class OfTheHistory(MeasureLaws):
            ...     def tables(self) -> SearchStrategy[Deals]:
            ...         return tables_with_history()
        """
        return tables()

    def keys(self, table: Any) -> SearchStrategy[Any]:
        """By what a table is broken down: any keys of deals, unless a test class says otherwise.

        Args:
            table: The table.

        Examples:
            >>> class OfQuotas(MeasureLaws):
            ...     def keys(self, table: Any) -> SearchStrategy[Any]:
            ...         return st.sampled_from(["rep", ("rep", *table.where)])
        """
        return keys(table)

    def books(self) -> SearchStrategy[list[Any]]:
        """What comes in as a list: any deals without doubts, unless a test class says otherwise.

        Examples:
            >>> from salesmetrics.strategies import quotas
            >>> class OfQuotas(MeasureLaws):
            ...     def books(self) -> SearchStrategy[list[Any]]:
            ...         return st.lists(quotas(), max_size=1)
        """
        return books()

    @_law
    @given(st.data())
    def test_order(self, data: DataObject) -> None:
        """Reordering the deals changes nothing."""
        table = data.draw(self.tables())
        assert_order(self.measure, table, **data.draw(self.options(table)))

    @_law
    @given(st.data())
    def test_merge(self, data: DataObject) -> None:
        """The answer for two books together is the sum of their answers."""
        table = data.draw(self.tables())
        cut = data.draw(st.integers(0, len(table)))
        part_of = [int(row >= cut) for row in range(len(table))]
        assert_partition(self.measure, table, part_of, **data.draw(self.options(table)))
        if isinstance(table, Deals):
            # Parts that were laid down apart know their own currency and their own names alone, as the empty book does.
            apart = [_laid_down(part) for part in (table[:cut], table[cut:])]
            assert_merge(self.measure, apart, **data.draw(self.options(_laid_down(table[:0]))))

    @_law
    @given(st.data())
    def test_identity(self, data: DataObject) -> None:
        """The empty book's answer adds nothing."""
        table = data.draw(self.tables())
        assert_identity(self.measure, table, **data.draw(self.options(table)))

    @_law
    @given(st.data())
    def test_breakdown(self, data: DataObject) -> None:
        """By group, the measure gives what it gives when each group is asked alone."""
        table = data.draw(self.tables())
        assert_breakdown(self.measure, table, data.draw(self.keys(table)), **data.draw(self.options(table)))

    @_law
    @given(st.data())
    def test_door(self, data: DataObject) -> None:
        """A list, an iterator and a table of the same deals give the same answer."""
        book = data.draw(self.books())
        assert_door(self.measure, book, **data.draw(self.options(table_for(book, self.measure))))

    @_law
    @given(st.data())
    def test_round_trip(self, data: DataObject) -> None:
        """The answer is the same after JSON."""
        table = data.draw(self.tables())
        assert_round_trip(self.measure(table, **data.draw(self.options(table))))


def _laid_down(table: Deals) -> Deals:
    """The same deals, laid down alone with their history."""
    alone = Deals.of([*table], table.process, accept=DOUBTS)
    return alone if table.history is None else alone.with_history(table.history, HISTORY_DOUBTS)
