from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from salesmetrics import Breakdown, Deal, Deals, InvalidValueError, Proportion, rank, sample_book, win_rate
from salesmetrics.model.deal_fields import Kind
from strategies import Book, books, laid_down

BOOK = sample_book(300).deals
KEYS = ["owner", "stage", "kind", ("owner", "kind")]


def counted(counts: list[tuple[int, int]]) -> Deals:
    """A book in which owner number i has won and lost so many deals."""
    won, lost = (BOOK.filter(flags)[0] for flags in (BOOK.is_won, BOOK.is_lost))
    deals = [
        evolve(deal, owner=f"{owner:02}", kind="new")
        for owner, (n_won, n_lost) in enumerate(counts)
        for deal, n in ((won, n_won), (lost, n_lost))
        for _ in range(n)
    ]
    return Deals.of([evolve(deal, id=number) for number, deal in enumerate(deals)])


class TestRank:
    @given(laid_down(), st.sampled_from(KEYS))
    def test_definition(self, book: Book, by: Any) -> None:
        ranked = rank(win_rate, book.table, by)
        for key, one in ranked.items():
            own = [deal for deal in book.deals if key_of(deal, by) == key]
            outcomes = [book.process.outcome_of(deal.stage).value for deal in own]
            n_won, n_lost = (outcomes.count(word) for word in ("won", "lost"))
            assert one.rate == Proportion(n_won, n_won + n_lost)
            mean = (one.prior_strength * one.prior_mean + n_won) / (one.prior_strength + n_won + n_lost)
            assert one.shrunk == pytest.approx(mean, rel=1e-9)
        shrunk = [one.shrunk for one in ranked.values()]
        assert shrunk == sorted(shrunk, reverse=True)

    @given(laid_down(), st.sampled_from(KEYS))
    def test_between(self, book: Book, by: Any) -> None:
        for one in rank(win_rate, book.table, by, level=0.9).values():
            ends = sorted([one.prior_mean, one.prior_mean if one.value is None else one.value])
            assert ends[0] - 1e-9 <= one.shrunk <= ends[1] + 1e-9
            assert 0 <= one.low <= one.high <= 1
            assert one.level == 0.9

    @given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=7))
    def test_chances(self, counts: list[tuple[int, int]]) -> None:
        ranked = rank(win_rate, counted(counts), "owner")
        chances = {one.rate: one.chance_top for one in ranked.values()}
        assert sum(one.chance_top for one in ranked.values()) == pytest.approx(1 if ranked else 0)
        for one in ranked.values():
            assert one.chance_top == pytest.approx(chances[one.rate], abs=1e-9)

    @given(laid_down(), st.data())
    def test_order(self, book: Book, data: DataObject) -> None:
        order = np.array(data.draw(st.permutations(range(len(book.deals)))), np.intp)
        moved = rank(win_rate, book.table.take(order), "owner", "stage")
        still = rank(win_rate, book.table, "owner", "stage")
        assert moved == still
        assert list(moved) == list(still)

    @given(books())
    def test_door(self, book: list[Deal]) -> None:
        assert rank(win_rate, iter(book), "owner", population="all") == rank(
            win_rate, Deals.of(book), "owner", population="all"
        )

    @given(laid_down())
    def test_within(self, book: Book) -> None:
        table = Deals.of([evolve(deal, kind="new") for deal in book.deals], book.process, accept=book.doubts)
        assert rank(win_rate, table, "owner", "kind") == rank(win_rate, table, "owner")


def key_of(deal: Deal, by: Any) -> Any:
    return tuple(getattr(deal, name) for name in by) if isinstance(by, tuple) else getattr(deal, by)


def test_one_of_one_is_not_the_best() -> None:
    ranked = rank(win_rate, counted([(1, 0), (45, 15), (20, 40), (30, 30), (25, 35), (10, 50)]), "owner")
    assert next(iter(ranked)) == "01"
    best, lucky = ranked["01"], ranked["00"]
    assert best.fitted
    assert lucky.value == 1.0
    assert best.shrunk > lucky.shrunk
    assert best.high - best.low < lucky.high - lucky.low


def test_few_groups_have_a_pooled_prior() -> None:
    four = rank(win_rate, counted([(9, 1), (1, 9), (5, 5), (8, 2)]), "owner")
    assert {one.fitted for one in four.values()} == {False}
    one = four["00"]
    assert one.prior_mean == pytest.approx(23.5 / 41)
    assert one.prior_strength == pytest.approx(10)
    assert "; pooled prior" in str(one)
    five = rank(win_rate, counted([(9, 1), (1, 9), (5, 5), (8, 2), (2, 8)]), "owner")
    assert {one.fitted for one in five.values()} == {True}
    assert "pooled" not in str(five["00"])


def test_groups_without_deals_do_not_make_enough() -> None:
    deals = [*counted([(9, 1), (1, 9), (5, 5), (8, 2)])]
    still_open = evolve(BOOK.filter(BOOK.is_open)[0], id="open", owner="new here")
    ranked = rank(win_rate, [*deals, still_open], "owner")
    new = ranked["new here"]
    assert not new.fitted
    assert new.value is None
    assert new.shrunk == pytest.approx(new.prior_mean)


def test_equal_rates_have_a_pooled_prior() -> None:
    ranked = rank(win_rate, counted([(5, 5)] * 6), "owner")
    assert {one.fitted for one in ranked.values()} == {False}
    assert list(ranked) == [f"{owner:02}" for owner in range(6)]
    assert ranked["03"].chance_top == pytest.approx(1 / 6, abs=1e-6)


def test_easier_deals_put_nobody_ahead() -> None:
    # of new business 20 % are won and of renewals 80 %, by either; one has mostly renewals
    sold: list[tuple[str, Kind, int, int]] = [
        ("Ada", "new", 2, 8),
        ("Ada", "renewal", 80, 20),
        ("Bo", "new", 20, 80),
        ("Bo", "renewal", 8, 2),
    ]
    won, lost = (BOOK.filter(flags)[0] for flags in (BOOK.is_won, BOOK.is_lost))
    deals = [
        evolve(deal, owner=owner, kind=kind)
        for owner, kind, n_won, n_lost in sold
        for deal, n in ((won, n_won), (lost, n_lost))
        for _ in range(n)
    ]
    book = Deals.of([evolve(deal, id=number) for number, deal in enumerate(deals)])
    crude, fair = rank(win_rate, book, "owner"), rank(win_rate, book, "owner", within="kind")
    assert crude["Ada"].chance_top > 0.999
    assert fair["Ada"].shrunk == pytest.approx(0.5, abs=0.01)
    assert fair["Bo"].shrunk == pytest.approx(0.5, abs=0.01)
    assert fair["Ada"].chance_top == pytest.approx(0.5, abs=0.05)
    assert fair["Ada"].rate == crude["Ada"].rate == Proportion(82, 110)


def test_nothing_to_rank() -> None:
    assert len(rank(win_rate, [], "owner")) == 0
    (only,) = rank(win_rate, BOOK.filter(BOOK.is_open), "outcome").values()
    assert only.value is None
    assert only.chance_top == pytest.approx(1)
    assert only.prior_mean == pytest.approx(0.5)
    assert only.prior_strength == pytest.approx(1)


def test_it_is_a_breakdown() -> None:
    ranked = rank(win_rate, BOOK, "owner")
    assert ranked.by == "owner"
    assert list(Breakdown.from_dict(ranked.to_dict())) == list(ranked)
    columns = ranked.to_columns()
    assert list(columns)[:4] == ["owner", "part", "whole", "prior_mean"]
    assert columns["shrunk"] == sorted(columns["shrunk"], reverse=True)
    with pytest.raises(InvalidValueError, match="readings do not add"):
        _ = ranked + ranked


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"measure": len}, r"rank must be asked of a measure that gives a Proportion, got \d+; rank a rate of counts"),
        ({"measure": "win_rate"}, r"measure must be a function of deals, got 'win_rate'; write rank\("),
        ({"by": ["owner"]}, "by must be a key or a tuple of keys, got"),
        ({"by": ("owner", "kind"), "within": "kind"}, r"within must name other keys than by, got 'kind' and \('owner'"),
        ({"within": "knid"}, "got 'knid'; did you mean 'kind'"),
        ({"within": None}, "within must be a key or a tuple of keys, got None; write within='owner'"),
        ({"within": ["kind"]}, r"within must be a key or a tuple of keys, got \['kind'\]; write within=\('kind',\)"),
        ({"within": ("kind", "kind")}, "within must name different keys, got"),
        ({"level": 95}, "level must be a fraction between 0 and 1, got 95; write 0.95"),
    ],
)
def test_what_cannot_be_ranked_is_refused(wrong: dict[str, Any], message: str) -> None:
    asked: dict[str, Any] = {"measure": win_rate, "deals": BOOK, "by": "owner", **wrong}
    with pytest.raises(InvalidValueError, match=message):
        rank(**asked)
