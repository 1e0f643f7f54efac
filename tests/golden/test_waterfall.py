"""The worked case of a pipeline that moves: opening 800, +90 created, +50 expanded, -200, -300, -80, closing 360.

The amounts of the single deals are added to it: six that are worth 800 together, of which those that are won, lost and
removed are worth what these buckets take.
"""

from __future__ import annotations

from datetime import date

from salesmetrics import Deal, DealChange, Deals, Money, Period, Waterfall, book_waterfall, pipeline_waterfall

Q1 = Period.parse("2026-01-01..2026-04-01")
START, END = date(2026, 2, 1), date(2026, 3, 1)
OPENING = {"won": 200, "lost": 300, "removed": 80, "expanded": 100, "stays": 70, "stays too": 50}


def deal(name: str, amount: int, stage: str = "Qualified") -> Deal:
    created = date(2026, 2, 10) if name == "created" else date(2026, 1, 5)
    closed = date(2026, 2, 20) if stage in {"Won", "Lost"} else None
    return Deal(name, Money.of(amount, "USD"), stage, "Ada", created, closed, date(2026, 3, 20))


AFTER = [
    deal("won", 200, "Won"),
    deal("lost", 300, "Lost"),
    deal("expanded", 150),
    deal("stays", 70),
    deal("stays too", 50),
    deal("created", 90),
]


def buckets(flow: Waterfall) -> dict[str, tuple[str, list[str]]]:
    """What each bucket that has deals adds up to, and its deals."""
    return {name: (str(one.value), sorted(flow.deals_in(name))) for name, one in flow.totals.items() if one.n_deals > 0}


def test_two_saved_books() -> None:
    before = [deal(name, amount) for name, amount in OPENING.items()]
    flow = book_waterfall(before, AFTER, period=Q1, start=START, end=END)
    assert buckets(flow) == {
        "opening": ("800.00 USD", ["expanded", "lost", "removed", "stays", "stays too", "won"]),
        "created": ("90.00 USD", ["created"]),
        "increased": ("50.00 USD", ["expanded"]),
        "won": ("-200.00 USD", ["won"]),
        "lost": ("-300.00 USD", ["lost"]),
        "removed": ("-80.00 USD", ["removed"]),
        "closing": ("360.00 USD", ["created", "expanded", "stays", "stays too"]),
    }
    assert flow.value == Money.of(360 - 800, "USD")


def test_a_history() -> None:
    """A deal with a history is never removed: the sixth deal is pushed out instead."""
    removed = Deal("removed", Money.of(80, "USD"), "Qualified", "Ada", date(2026, 1, 5), None, date(2026, 4, 20))
    due = date(2026, 3, 20)
    changes = [
        DealChange(name, date(2026, 1, 5), "Qualified", Money.of(amount, "USD"), due)
        for name, amount in OPENING.items()
    ]
    changes += [
        DealChange("created", date(2026, 2, 10), "Qualified", Money.of(90, "USD"), due),
        DealChange("expanded", date(2026, 2, 12), amount=Money.of(150, "USD")),
        DealChange("won", date(2026, 2, 20), "Won"),
        DealChange("lost", date(2026, 2, 20), "Lost"),
        DealChange("removed", date(2026, 2, 28), expected_close=date(2026, 4, 20)),
    ]
    book = Deals.of([*AFTER, removed]).with_history(changes)
    flow = pipeline_waterfall(book, period=Q1, start=START, end=END)
    assert {name: one[0] for name, one in buckets(flow).items()} == {
        "opening": "800.00 USD",
        "created": "90.00 USD",
        "increased": "50.00 USD",
        "won": "-200.00 USD",
        "lost": "-300.00 USD",
        "pushed_out": "-80.00 USD",
        "closing": "360.00 USD",
    }
