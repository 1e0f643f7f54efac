"""An embedded book of deals to try things on: the same for everyone, with the dirt that real books have."""

from __future__ import annotations

from datetime import date
from functools import cached_property

import numpy as np
from attrs import frozen

from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics._numeric.days import day_number
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.deal import Deal
from salesmetrics.model.deal_fields import KINDS
from salesmetrics.model.period import Period
from salesmetrics.model.rep import Rep
from salesmetrics.model.stage import Category, SalesProcess
from salesmetrics.sample.currencies import in_currencies, rates_of_quarters
from salesmetrics.sample.draws import Draws
from salesmetrics.sample.leads import activities_of_leads, leads_of
from salesmetrics.sample.log import activities_of
from salesmetrics.sample.past import history_of
from salesmetrics.sample.people import REPS, STAFF, quotas_of
from salesmetrics.table.activities import Activities
from salesmetrics.table.assignments import Assignments
from salesmetrics.table.deal_history import DealHistory
from salesmetrics.table.deals import Deals
from salesmetrics.table.leads import Leads
from salesmetrics.table.quotas import Quotas
from salesmetrics.table.rates import Rates

__all__ = ["SampleBook", "sample_book"]


@frozen(slots=False)
class SampleBook:
    """A book of deals as it stands at the start of a day, and the reps who own them; all of it is invented.

    What else there is of it is drawn when it is first asked for, apart from the deals: their past, what was done for
    them, the leads from which some of them came, who works for whom, what reps are to sell, and the same deals in
    several currencies.

    Args:
        deals: Two years of deals: won, lost, open, overdue, and without an expected close.
        reps: Their owners; `Deal.owner` is `Rep.id`.
        as_of: The day on which the book was taken.
        period: The quarter in course on that day.
        seed: Which of many books it is.

    Examples:
        >>> book = sample_book(n_deals=100)
        >>> book.deals
        Deals(100 deals in USD: 17 open, 38 won, 45 lost)
        >>> book.deals.with_history(book.history).as_of(date(2026, 1, 1))
        Deals(59 deals in USD: 9 open, 24 won, 26 lost, as of 2026-01-01)
    """

    deals: Deals
    reps: tuple[Rep, ...]
    as_of: date
    period: Period
    seed: int = 0

    @cached_property
    def history(self) -> DealHistory:
        """Every change of the deals, from the first stage of each to where the book has it.

        Stages are left out on the way, amounts and expected days change, and deals that were there before their rep
        came are the manager's until then. What the book does not have of a closed deal, its expected close and its
        category, the history does.

        Examples:
            >>> sample_book(n_deals=100).history
            DealHistory(501 changes of 100 deals: stage, amount, expected_close, category, owner)
        """
        return history_of(self.deals, self.seed, self.as_of)

    @cached_property
    def activities(self) -> Activities:
        """What was done for the deals, and what reps did besides; its clocks are those of UTC.

        Examples:
            >>> book = sample_book(n_deals=100)
            >>> demos = book.activities.filter(book.activities.kind.is_in("demo"))
            >>> len(book.activities), len(demos), demos[0].deal
            (8842, 91, 'D-000014')
        """
        return activities_of(self.deals, self.seed, self.as_of)

    @cached_property
    def leads(self) -> Leads:
        """Twice as many leads as deals: those from which the inbound deals came, and others of which nothing became.

        A lead that became a deal ends as the deal does. Not everything is known of everyone, and of some that were lost
        not even when. Their fields are those that `ScoringModel.classic()` asks for, and a few more.

        Examples:
            >>> book = sample_book(n_deals=100)
            >>> book.leads
            Leads(200 leads: 68 open, 15 won, 117 lost)
            >>> book.leads[5].opportunity, book.leads[5].fields["employees"]
            ('D-000003', 260)
        """
        return leads_of(self.deals, self.seed, self.as_of)

    @cached_property
    def lead_activities(self) -> Activities:
        """What leads did and what was done for them, apart from `activities`; its clocks are those of UTC.

        The kinds are those that `ScoringModel.classic()` asks for, calls and automatic e-mails for the time until
        somebody answers, and "MQL", "SAL", "SQL" and "proposal" for how far leads came. Some activities are from before
        their lead came in, and some are written down twice.

        Examples:
            >>> sample_book(n_deals=100).lead_activities
            Activities(1,088 activities: 69 MQL, 57 SAL, 40 SQL, 200 automatic e-mail, 251 call, 60 click-through \
and 5 more kinds)
        """
        return activities_of_leads(self.leads, self.deals, self.seed, self.as_of)

    @cached_property
    def staff(self) -> Assignments:
        """Who works for which manager in which team; one rep changed the team.

        Examples:
            >>> staff = sample_book().staff
            >>> [(one.team, str(one.start)) for one in staff if one.rep == "cyd"]
            [('North', '2024-01-08'), ('South', '2026-02-02')]
            >>> staff.managers_of("ada", date(2026, 9, 1))
            ('nia', 'vee')
        """
        return Assignments.of(STAFF)

    @cached_property
    def quotas(self) -> Quotas:
        """What each rep is to sell in each quarter of 2025 and 2026: full quotas, also of who is new.

        They grow with the number of deals. A quarter within which a rep was hired is prorated by its days.

        Examples:
            >>> quotas = sample_book().quotas
            >>> print(*quotas.filter(quotas.rep.is_in("eli"))[:2], sep=", ")
            126,666.67 USD of eli in 2025-02-03..2025-04-01, 200,000.00 USD of eli in 2025-04-01..2025-07-01
        """
        return quotas_of(len(self.deals))

    @cached_property
    def mixed(self) -> tuple[Deal, ...]:
        """The same deals as objects, those of one region in euros and of another in Canadian dollars.

        A book of several currencies is refused until it is converted, for instance at the `rates`.

        Examples:
            >>> from salesmetrics import Conversion
            >>> book = sample_book(n_deals=3)
            >>> [str(deal.amount) for deal in book.mixed]
            ['1,850.00 CAD', '3,300.00 CAD', '1,050.00 USD']
            >>> dated = Conversion("USD", book.rates, dated=("closed", "as_of"), as_of=book.as_of)
            >>> [str(deal.amount) for deal in Deals.of(book.mixed, convert=dated)]
            ['1,369.00 USD', '2,343.00 USD', '1,050.00 USD']
        """
        return in_currencies(self.deals)

    @property
    def rates(self) -> Rates:
        """What the currencies of `mixed` cost in dollars from each quarter on.

        Examples:
            >>> sample_book().rates
            Rates(18 rates: CAD/USD, EUR/USD)
        """
        return rates_of_quarters()


def sample_book(n_deals: int = 2_000, seed: int = 0) -> SampleBook:
    """An embedded book of deals; the same arguments give the same book everywhere.

    Args:
        n_deals: How many deals.
        seed: Which of many books.

    Returns:
        Deals of eight invented reps over two years in the standard process, as of 1 September 2026.

    Raises:
        InvalidValueError: A number is not whole, or below zero.

    Examples:
        >>> book = sample_book()
        >>> len(book.deals), len(book.reps), str(book.as_of)
        (2000, 8, '2026-09-01')
    """
    for what, number in (("n_deals", n_deals), ("seed", seed)):
        if type(number) is not int or not 0 <= number < 2**63:
            raise InvalidValueError(f"{what} must be a whole number from 0 up, got {shown(number)}; write {what}=1000")
    draw = Draws(seed, n_deals)
    now, process = day_number(_AS_OF), SalesProcess.standard()
    created = now - 730 + draw.whole(730)
    owner = draw.weighted(_REP_WEIGHTS)
    account = draw.whole(max(1, n_deals // 5))
    region, source, kind = draw.weighted((4, 3, 3)), draw.weighted((5, 3, 2)), draw.weighted((7, 2, 1))
    # From a thousand to a hundred thousand dollars in steps of 8 %, most of them low, to the nearest fifty.
    step = np.take(_LADDER, (draw.share() ** 1.6 * len(_LADDER)).astype(np.int64))
    amount = 50 * 100 * (step + (0.08 * draw.share() * step).astype(np.int64))
    # Days until a deal is decided; whoever sells well also sells faster.
    cycle = 7 + (draw.share() ** 2 * (150 + 20 * owner)).astype(np.int64)
    closed = created + cycle
    is_closed = closed < now
    won = draw.share() < np.take(_WIN_SHARES, owner) - 0.05 * (region == 2)
    stage = np.where(is_closed, np.where(won, 5, 6), draw.weighted((30, 25, 20, 15, 10)))
    due = now - 40 + draw.whole(200)
    has_due = draw.share() < 0.85
    commit = (stage == 4) & (draw.share() < 0.5)
    everywhere = np.ones(n_deals, np.bool_)
    gross = amount // 100 * (20 + draw.whole(50))
    deals = Deals(
        process=process,
        currency="USD",
        id=np.array([f"D-{number:06}" for number in range(1, n_deals + 1)], object),
        amount=Masked(amount, everywhere, "USD"),
        stage=Coded(stage, process.names),
        owner=Coded(owner, [rep.id for rep in REPS]),
        created=Masked(created.astype(np.int32), everywhere),
        closed=Masked(np.where(is_closed, closed, 0).astype(np.int32), is_closed),
        expected_close=Masked(np.where(~is_closed & has_due, due, 0).astype(np.int32), ~is_closed & has_due),
        probability=Masked(np.zeros(n_deals, np.int32), ~everywhere),
        category=Coded(np.where(commit, [*Category].index(Category.COMMIT), -1), [*Category]),
        kind=Coded(kind, KINDS),
        account=Coded(account, [f"Customer {number:05}" for number in range(1, max(1, n_deals // 5) + 1)]),
        values={"margin": Masked(gross, everywhere, "USD")},
        labels={
            "region": Coded(region, ["Coast", "Hills", "Plains"]),
            "source": Coded(source, ["inbound", "outbound", "partner"]),
        },
    )
    return SampleBook(deals, REPS, _AS_OF, _QUARTER, seed)


_AS_OF = date(2026, 9, 1)
_QUARTER = Period(date(2026, 7, 1), date(2026, 10, 1), "2026 Q3")
_REP_WEIGHTS = (16, 14, 13, 17, 12, 16, 8, 4)
_WIN_SHARES = np.array([0.58, 0.44, 0.40, 0.62, 0.36, 0.66, 0.33, 0.28])
_LADDER = np.array([round(20 * 1.08**step) for step in range(60)])
