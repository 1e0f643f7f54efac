"""One table asked by many threads at once: each gets the answers that one thread alone would get."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

import salesmetrics as sm

N_THREADS = 8


def asked(book: sm.SampleBook) -> list[Any]:
    """Whatever a table works out once and keeps, and every figure of a scorecard."""
    deals = book.deals
    flags = [deals.is_open, deals.is_won, deals.is_lost, deals.is_closed, deals.is_omitted]
    by_two = sm.breakdown(len, deals, ("owner", "stage"))
    card = sm.scorecard(deals, period=book.period, as_of=book.as_of)
    return [[one.tolist() for one in flags], deals.amount.bound, by_two, card, str(card), card.to_dict()]


@pytest.fixture
def _threads_take_turns_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.thread_unsafe(reason="it starts threads of its own")
@pytest.mark.usefixtures("_threads_take_turns_often")
def test_many_threads_get_the_answers_of_one() -> None:
    expected = asked(sm.sample_book(200))
    for _ in range(5):
        shared, start = sm.sample_book(200), Barrier(N_THREADS)  # of which nothing has been asked yet

        def ask(_: int, shared: sm.SampleBook = shared, start: Barrier = start) -> list[Any]:
            start.wait()
            return asked(shared)

        with ThreadPoolExecutor(N_THREADS) as pool:
            assert list(pool.map(ask, range(N_THREADS))) == [expected] * N_THREADS
