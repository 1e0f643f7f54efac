"""The scorecard of a file, or of the embedded book, from the command line."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from attrs import evolve

from salesmetrics.door.faults import DOUBTS, SetAside
from salesmetrics.errors import Problem, SalesMetricsError
from salesmetrics.format.deal_format import DealFormat
from salesmetrics.model.period import Period, parse_day
from salesmetrics.sample.book import sample_book
from salesmetrics.scorecards import scorecard
from salesmetrics.table.deals import Deals

T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a scorecard; the exit code is 0, or 2 when the arguments or the data are at fault."""
    parser = _parser()
    given = parser.parse_args(arguments)
    named = [given.format, given.period, given.as_of]
    if (given.deals is None) != (named == [None, None, None]) or None in named != [None, None, None]:
        parser.error("a file needs --format, --period and --as-of; the embedded book takes none of them")
    try:
        if given.deals is None:
            book = sample_book()
            deals, period, as_of = book.deals, book.period, book.as_of
        else:
            form = DealFormat.from_toml(given.format)
            period, as_of = given.period, given.as_of
            deals = Deals.from_csv(given.deals, form, given.bad_rows, given.accept)
        card = scorecard(deals, period=period, as_of=as_of)
    except (SalesMetricsError, OSError) as fault:
        print(f"salesmetrics: {fault}", file=sys.stderr)
        doubts = sorted({one.rule for one in getattr(fault, "problems", ()) if one.rule in DOUBTS})
        if doubts:
            print(f"salesmetrics: to let the doubts in, add --accept {','.join(doubts)}", file=sys.stderr)
        return 2
    for problem in _by_fault(deals.set_aside):
        print(f"salesmetrics: set aside: {problem}", file=sys.stderr)
    text = json.dumps(card.to_dict(), allow_nan=False) if given.json else str(card)
    try:
        # a terminal that cannot show a letter gets its number, and one that closes early gets what it took
        print(text.encode(sys.stdout.encoding, "backslashreplace").decode(sys.stdout.encoding), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains again when it ends
    return 0


def _by_fault(rows: Iterable[SetAside]) -> list[Problem]:
    """The faults of the rows that were set aside, each once with all of its rows."""
    found: dict[Problem, list[int]] = {}
    for one in rows:
        for problem in one.problems:
            found.setdefault(evolve(problem, rows=()), []).extend(problem.rows)
    return [evolve(problem, rows=tuple(places)) for problem, places in found.items()]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m salesmetrics",
        description="Print the scorecard of a CSV file of deals; without a file, of an embedded book.",
        allow_abbrev=False,
    )
    parser.add_argument("deals", nargs="?", help="a CSV file of deals, in UTF-8 with a header")
    parser.add_argument("--format", help="a TOML file that says which column is which")
    parser.add_argument("--period", type=_read(Period.parse), help="2026-01-01..2026-04-01, the end not in it")
    parser.add_argument("--as-of", type=_read(lambda text: parse_day(text, "--as-of")), help="such as 2026-02-15")
    parser.add_argument(
        "--accept",
        type=lambda text: [*map(str.strip, text.split(","))],
        action="extend",
        default=[],
        help=f"doubts to let in: {','.join(DOUBTS)}",
    )
    parser.add_argument(
        "--bad-rows", choices=("refuse", "set_aside"), default="refuse", help="what to do with rows at fault"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _read(parse: Callable[[str], T]) -> Callable[[str], T]:
    """A reader for argparse, which shows only its own kind of error in full."""

    def read(text: str) -> T:
        try:
            return parse(text)
        except SalesMetricsError as fault:
            raise argparse.ArgumentTypeError(str(fault)) from None

    return read


if __name__ == "__main__":
    sys.exit(main())
