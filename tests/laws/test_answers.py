from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import log
from typing import Any, ClassVar

import numpy as np
import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

import salesmetrics as sm
from measure_laws import by_one_or_all, questions
from salesmetrics import (
    ActivitiesPerRep,
    ActivitiesPerWin,
    Activity,
    Amounts,
    Answer,
    Attainment,
    Backtest,
    Balances,
    Bridge,
    BridgeStep,
    CallRollup,
    Capacity,
    CommissionLines,
    Commissions,
    Comparison,
    Coverage,
    DealBalance,
    Durations,
    FollowUps,
    Forecast,
    ForecastAccuracy,
    ForecastLines,
    ForecastParts,
    GoalResult,
    InvalidValueError,
    IsotonicCalibration,
    LateDeals,
    Lead,
    LeadPropensity,
    LeadScores,
    Limits,
    MeetingRate,
    Money,
    MoneyRatio,
    MoneyTotal,
    Movement,
    PayeePlan,
    PlanCost,
    PlanPayout,
    PlanPayouts,
    PlattCalibration,
    Proportion,
    Pushes,
    RampTime,
    ResponseTime,
    SalesVelocity,
    ScoreQuality,
    ScoringModel,
    Slippage,
    StageCalibration,
    StageConversion,
    StageOutcomes,
    Statement,
    StatementLine,
    TimeInStage,
    TimeShare,
    Waterfall,
    WaterfallLines,
    WeightedTotal,
    WeightsOfEvidence,
    score_leads,
)
from salesmetrics._numeric.multiset import Multiset
from salesmetrics.model.currencies import exponent
from salesmetrics.model.money import rounded
from salesmetrics.result._answers import exact_reading
from salesmetrics.result._counts import CountsByName
from salesmetrics.result.waterfall_lines import ENTRIES, EXITS
from salesmetrics.strategies import (
    balances,
    bootstraps,
    bridge_steps,
    bridges,
    call_rollups,
    commission_lines,
    comparisons,
    deal_balances,
    forecast_accuracies,
    goal_results,
    isotonic_calibrations,
    lead_propensities,
    payee_plans,
    plan_payouts,
    plan_payouts_by_attainment,
    platt_calibrations,
    ranked_rates,
    score_qualities,
    stage_calibrations,
    statement_lines,
    statements,
    successive_periods,
    tops,
    trends,
    weights_of_evidences,
)
from salesmetrics.strategies.compensation import FEBRUARY, commission_arguments
from salesmetrics.strategies.scoring import lead_scores, scored_books
from salesmetrics.testing import assert_answers_add, assert_round_trip
from strategies import (
    ANSWERS,
    AS_OF,
    PERIOD,
    Book,
    backtests,
    days_around,
    forecast_lines,
    forecast_parts,
    laid_down,
    processes,
    units,
    waterfall_lines,
    waterfalls,
)

NOTHING = Multiset(np.zeros(0, np.int64), np.zeros(0, np.int64))


@st.composite
def three(draw: DrawFn, kind: type[Answer]) -> tuple[Any, Any, Any]:
    """Answers that add, now and then one in the currency of no money."""
    unit = draw(units())
    answers = st.tuples(*[st.sampled_from([unit, unit, "XXX"]).flatmap(ANSWERS[kind])] * 3)
    if kind is Commissions:
        return draw(answers.filter(are_of_different_payees))
    return draw(answers.filter(are_apart) if kind in (Forecast, Waterfall) else answers)


def are_apart(answers: tuple[Any, ...]) -> bool:
    """Whether no deal is in the lines of two answers."""
    deals = [deal for one in answers for deal in set(one.lines.deal.tolist())]
    return len(set(deals)) == len(deals)


def are_of_different_payees(answers: tuple[Any, ...]) -> bool:
    payees = [payee for one in answers for payee in one]
    return len(set(payees)) == len(payees)


def unit_of_both(one: str | None, other: str | None) -> str | None:
    return other if one == "XXX" else one


def tally_of_both(one: Multiset, other: Multiset) -> Multiset:
    tally = Counter(dict(one)) + Counter(dict(other))
    return Multiset(np.array(sorted(tally), np.int64), np.array([tally[number] for number in sorted(tally)], np.int64))


NO_DAYS = Multiset(np.array([], np.int64), np.array([], np.int64))


class AnswerLaws:
    """The laws of every answer; a test class gives the `kind`, the `nothing` of the empty book, and how two add."""

    kind: ClassVar[type[Answer]]
    nothing: ClassVar[Any]

    def sum_of(self, a: Any, b: Any) -> Any:
        raise NotImplementedError

    @given(st.data())
    def test_adds(self, data: DataObject) -> None:
        a, b, _ = data.draw(three(self.kind))
        assert a + b == self.sum_of(a, b)

    @given(st.data())
    def test_order(self, data: DataObject) -> None:
        a, b, c = data.draw(three(self.kind))
        assert_answers_add(a, b, c)
        assert hash(a + b) == hash(b + a)

    @given(st.data())
    def test_identity(self, data: DataObject) -> None:
        a, b, _ = data.draw(three(self.kind))
        assert a + self.nothing == a == self.nothing + a
        assert sum([a]) == a
        assert sum([a, b]) == a + b

    @given(st.data())
    def test_round_trip(self, data: DataObject) -> None:
        a, *_ = data.draw(three(self.kind))
        assert_round_trip(a)
        assert Answer.from_dict(json.loads(json.dumps(a.to_dict(), allow_nan=False))) == a


class TestProportion(AnswerLaws):
    kind = Proportion
    nothing = sm.win_rate([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return Proportion(part=a.part + b.part, whole=a.whole + b.whole)


class TestAnswer(TestProportion):
    """The base is asked through one of its kinds."""


class TestMoneyTotal(AnswerLaws):
    kind = MoneyTotal
    nothing = sm.pipeline_value([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return MoneyTotal(a.minor + b.minor, unit_of_both(a.currency, b.currency), a.n + b.n, a.n_missing + b.n_missing)


class TestWeightedTotal(AnswerLaws):
    kind = WeightedTotal
    nothing = sm.weighted_pipeline([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return WeightedTotal(
            a.micro + b.micro, unit_of_both(a.currency, b.currency), a.n + b.n, a.n_missing + b.n_missing
        )


class TestMoneyRatio(AnswerLaws):
    kind = MoneyRatio
    nothing = sm.win_value_rate([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return MoneyRatio(
            part=a.part + b.part,
            whole=a.whole + b.whole,
            currency=unit_of_both(a.currency, b.currency),
            n=a.n + b.n,
            n_missing=a.n_missing + b.n_missing,
            n_zero=a.n_zero + b.n_zero,
        )


class TestAmounts(AnswerLaws):
    kind = Amounts
    nothing = sm.deal_size([])

    def sum_of(self, a: Any, b: Any) -> Any:
        unit = unit_of_both(a.currency, b.currency)
        return Amounts(tally_of_both(a.amounts, b.amounts), unit, a.n_missing + b.n_missing)


class TestDurations(AnswerLaws):
    kind = Durations
    nothing = sm.cycle_length([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return Durations(tally_of_both(a.days, b.days), a.n_missing + b.n_missing)


class TestSalesVelocity(AnswerLaws):
    kind = SalesVelocity
    nothing = sm.sales_velocity([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return SalesVelocity(
            n=a.n + b.n,
            size=TestMoneyTotal().sum_of(a.size, b.size),
            rate=TestProportion().sum_of(a.rate, b.rate),
            cycle=TestDurations().sum_of(a.cycle, b.cycle),
        )


class TestStageConversion(AnswerLaws):
    kind = StageConversion
    nothing = sm.stage_conversion(sm.Deals.of([]).with_history([]), stage="Qualified")

    def sum_of(self, a: Any, b: Any) -> Any:
        return StageConversion(
            stage="Qualified",
            to="Product demo",
            rule="reached",
            counted="all",
            n_converted=a.n_converted + b.n_converted,
            n_not_converted=a.n_not_converted + b.n_not_converted,
            n_undecided=a.n_undecided + b.n_undecided,
            n_missing=a.n_missing + b.n_missing,
        )


class TestStageOutcomes(AnswerLaws):
    kind = StageOutcomes
    nothing = StageOutcomes(*[tally_of_both(NO_DAYS, NO_DAYS)] * 3)

    def sum_of(self, a: Any, b: Any) -> Any:
        return StageOutcomes(*(tally_of_both(getattr(a, name), getattr(b, name)) for name in ("won", "lost", "open")))


class TestStageCalibration(AnswerLaws):
    kind = StageCalibration
    nothing = sm.calibrate_stages(
        sm.Deals.of([]).with_history([]), as_of=date(2026, 1, 1), periods=[sm.FiscalCalendar().year(2025)]
    )

    def sum_of(self, a: Any, b: Any) -> Any:
        stages = [TestStageOutcomes().sum_of(one, more) for one, more in zip(a.stages, b.stages, strict=True)]
        return StageCalibration(a.told, a.target, a.as_of, a.lead_days, stages, a.n_missing + b.n_missing)

    @given(stage_calibrations(), st.sampled_from(["in_period", "ever"]), st.integers(1, 1000))
    def test_between(self, made: StageCalibration, target: str, strength: int) -> None:
        made = evolve(made, target=target)
        chances = [Fraction(str(one)) for one in made.probabilities(strength).values()]
        told = [Fraction(str(one.probability)) for one in made.told][: len(chances)]
        bounds = [*told, *(one for one in made.rates.values() if one is not None)]
        millionth = Fraction(1, 1_000_000)
        assert min(bounds) - millionth < min(chances)
        assert max(chances) < max(bounds) + millionth

    @given(stage_calibrations(), st.sampled_from(["in_period", "ever"]), st.integers(1, 1000))
    def test_monotone(self, made: StageCalibration, target: str, strength: int) -> None:
        process = evolve(made, target=target).process(strength)
        chances = [one.probability for one in process if one.outcome is sm.Outcome.OPEN]
        assert chances == sorted(chances)
        assert [evolve(one, probability=0.5) for one in process if one.name in made.rates] == [
            evolve(one, probability=0.5) for one in made.told if one.name in made.rates
        ]

    @given(processes(), st.integers(1, 1000))
    def test_told(self, process: sm.SalesProcess, strength: int) -> None:
        chances = [one.probability for one in process if one.outcome is sm.Outcome.OPEN]
        nobody = [TestStageOutcomes.nothing] * len(chances)
        made = StageCalibration(process, "in_period", date(2026, 1, 1), 0, nobody, 0)
        if chances == sorted(chances):
            assert made.process(strength) == process
        assert set(made.rates.values()) <= {None}


class TestForecast(AnswerLaws):
    kind = Forecast
    nothing = sm.stage_forecast([], period=PERIOD, as_of=AS_OF)

    def sum_of(self, a: Any, b: Any) -> Any:
        money, weighted = TestMoneyTotal().sum_of, TestWeightedTotal().sum_of
        left_out: dict[str, Any] = {name: money(getattr(a, name), getattr(b, name)) for name in a.left_out}
        return Forecast(
            period=a.period,
            as_of=a.as_of,
            method=a.method,
            booked=money(a.booked, b.booked),
            lines=lines_of(*(cells_of(a.lines)[place] + cells_of(b.lines)[place] for place in range(5))),
            **left_out,
            undated_expected=weighted(a.undated_expected, b.undated_expected),
            overdue_expected=weighted(a.overdue_expected, b.overdue_expected),
            besides=a.besides + b.besides,
        )

    @given(st.data())
    def test_expected_adds(self, data: DataObject) -> None:
        a, b, _ = data.draw(three(Forecast))
        assert (a + b).expected == a.expected + b.expected


class TestForecastParts:
    @given(forecast_parts(), forecast_parts())
    def test_adds(self, one: ForecastParts, other: ForecastParts) -> None:
        both = one + other
        assert (both.total, both.n) == (one.total + other.total, one.n + other.n)
        for name in {*one.amounts, *other.amounts}:
            assert both.amounts[name] == sum(part.amounts.get(name, 0) for part in (one, other))
        assert both == other + one
        assert hash(both) == hash(other + one)

    @given(forecast_parts())
    def test_order(self, parts: ForecastParts) -> None:
        assert ForecastParts(dict(reversed([*parts.amounts.items()])), parts.n, parts.n_missing) == parts

    @given(forecast_parts())
    def test_round_trip(self, parts: ForecastParts) -> None:
        assert ForecastParts.from_dict(json.loads(json.dumps(parts.to_dict()))) == parts


class TestForecastAccuracy(AnswerLaws):
    kind = ForecastAccuracy
    nothing = sm.forecast_accuracy([])

    def sum_of(self, a: Any, b: Any) -> Any:
        unit = unit_of_both(a.currency, b.currency)
        return ForecastAccuracy([*a.pairs, *b.pairs], unit, a.n_undefined + b.n_undefined)

    @given(st.lists(st.tuples(*[st.none() | st.integers(-9, 9)] * 2)))
    def test_definition(self, pairs: list[Any]) -> None:
        made = sm.forecast_accuracy(pairs)
        known = [(forecast, actual) for forecast, actual in pairs if forecast is not None and actual is not None]
        assert (made.n, made.n_undefined) == (len(known), len(pairs) - len(known))
        error = actual_sum = size = actual_size = 0
        shares: list[float] = []
        for forecast, actual in known:
            error += forecast - actual
            actual_sum += actual
            size += abs(forecast - actual)
            actual_size += abs(actual)
            if actual != 0:
                shares.append(abs(forecast - actual) / abs(actual))
        assert made.n_zero == len(known) - len(shares)
        assert made.bias == (error / actual_sum if actual_sum else None)
        assert made.wape == (size / actual_size if actual_size else None)
        assert made.accuracy == (1 - size / actual_size if actual_size else None)
        assert made.mape == (pytest.approx(sum(shares) / len(shares)) if shares else None)
        assert made.tracking_signal == (pytest.approx(error / (size / len(known))) if size else None)
        if known:
            assert made.rmse == pytest.approx((sum((one - other) ** 2 for one, other in known) / len(known)) ** 0.5)
            assert made.mean_error == rounded(error, len(known))
            assert made.mae == rounded(size, len(known))
            assert made.mase(5) == pytest.approx(size / len(known) / 5)
        else:
            assert made.rmse is made.mean_error is made.mae is made.mase(5) is None

    @given(units().flatmap(forecast_accuracies), st.integers(-9, 9), st.sampled_from([0.1, 0.5, 0.75, 0.8]))
    def test_interval(self, made: ForecastAccuracy, minor: int, level: float) -> None:
        amount = minor if made.currency is None else sm.Money(minor if made.currency != "XXX" else 0, made.currency)
        found = made.interval(amount, level)
        if found is None:
            assert made.n < Fraction(str(level)) * (made.n + 1)
            return
        low, high = (one.minor if isinstance(one, sm.Money) else one for one in found)
        middle = amount.minor if isinstance(amount, sm.Money) else amount
        size = high - middle
        assert middle - size == low
        assert sum(abs(error) <= size for error in made.errors) >= Fraction(str(level)) * (made.n + 1)
        assert sum(abs(error) < size for error in made.errors) < Fraction(str(level)) * (made.n + 1)

    @given(st.data())
    def test_order_of_pairs(self, data: DataObject) -> None:
        a, *_ = data.draw(three(self.kind))
        assert ForecastAccuracy(data.draw(st.permutations(a.pairs)), a.currency, a.n_undefined) == a

    @given(st.data())
    def test_swap(self, data: DataObject) -> None:
        a, *_ = data.draw(three(self.kind))
        swapped = ForecastAccuracy([(actual, forecast) for forecast, actual in a.pairs], a.currency, a.n_undefined)
        assert sorted(swapped.errors) == sorted(-error for error in a.errors)
        assert swapped.mae == a.mae


class TestBacktest:
    """Of the trial; that of the function is in test_backtest.py."""

    @given(backtests())
    def test_accuracy(self, trial: Backtest) -> None:
        leads = trial.to_columns()["lead_days"]
        rows = list(zip(trial.method, leads, trial.forecast, trial.actual, strict=True))
        for (name, lead), made in trial.accuracy_by_lead.items():
            own = [pair for method, days, *pair in rows if (method, days) == (name, lead)]
            assert made.n + made.n_undefined == len(own)
            assert list(made.pairs) == sorted(tuple(pair) for pair in own if None not in pair)
        names = list(dict.fromkeys(trial.method))
        order = [(name, lead) for name in names for lead in trial.leads]
        assert list(trial.accuracy_by_lead) == [key for key in order if key in {row[:2] for row in rows}]
        for lead in trial.leads:
            own_rows = trial.at_lead(lead)
            assert list(own_rows.accuracy) == [name for name in names if name in own_rows.method]
            assert all(made == trial.accuracy_by_lead[name, lead] for name, made in own_rows.accuracy.items())

    @given(backtests())
    def test_leads(self, trial: Backtest) -> None:
        assert list(trial.leads) == sorted(set(trial.to_columns()["lead_days"]), reverse=True)
        parts = [trial.at_lead(lead) for lead in trial.leads]
        rows = sorted(map(str, zip(*trial.to_columns().values(), strict=True)))
        assert rows == sorted(str(row) for part in parts for row in zip(*part.to_columns().values(), strict=True))

    @given(backtests())
    def test_naive(self, trial: Backtest) -> None:
        for lead in trial.leads:
            own = trial.at_lead(lead)
            for name, made in own.accuracy.items():
                assert own.skill(naive=name)[name] == (0 if any(made.errors) else None, made.n)

    @given(backtests())
    def test_round_trip(self, trial: Backtest) -> None:
        assert_round_trip(trial)


class TestCallRollup:
    @given(call_rollups())
    def test_top(self, rolled: CallRollup) -> None:
        top = [one for one, above in zip(rolled.corrected, rolled.manager, strict=True) if above is None]
        known = [one for one in top if one is not None]
        value = rolled.forecast.value
        assert (value.minor if isinstance(value, sm.Money) else value) == (sum(known) if known else None)
        assert rolled.value == rolled.corrected_value

    @given(call_rollups())
    def test_round_trip(self, rolled: CallRollup) -> None:
        assert_round_trip(rolled)


class TestCommissions(AnswerLaws):
    kind = Commissions
    nothing = sm.commissions([], plans={}, period=PERIOD)

    def sum_of(self, a: Any, b: Any) -> Any:
        rows = [row for one in (a, b) for row in lines_of_team(one.lines)]
        plans = {payee: plan for one in (a, b) for payee, plan in zip(one, one.lines.plans, strict=True)}
        nobodys = [deal for one in (a, b) for deal in one.lines.uncredited.tolist()]
        payee, kind, rule, deal, minor = ([row[place] for row in rows] for place in range(5))
        lines = CommissionLines.of(plans, payee, kind, rule, deal, minor, nobodys)
        return Commissions(a.period, unit_of_both(a.currency, b.currency) or "USD", lines)

    @given(st.data())
    def test_whole(self, data: DataObject) -> None:
        team, *_ = data.draw(three(Commissions))
        alone = [team[payee] for payee in team]
        assert sum(alone) == (evolve(team, lines=evolve(team.lines, uncredited=NO_DEALS)) if alone else 0)
        assert team.n_uncredited == len(team.lines.uncredited)
        rows = lines_of_team(team.lines)
        for payee in team:
            own = [(kind, minor) for who, kind, _, _, minor in rows if who == payee]
            assert team.totals[payee].minor == team[payee].value.minor == sum(minor for _, minor in own)
            assert team[payee].paid.minor == sum(minor for kind, minor in own if kind != "gift")
            earned = sum(minor for kind, minor in own if kind not in ("banked", "owed", "held"))
            assert team[payee].earned.minor == earned
        columns = team.to_columns()
        assert (sum(columns["minor"]), sum(columns["paid_minor"])) == (team.value.minor, team.paid.minor)
        assert (sum(columns["earned_minor"]), sum(columns["n_missing"])) == (team.earned.minor, team.n_missing)


NO_DEALS = np.zeros(0, np.int64)


def lines_of_team(lines: CommissionLines) -> list[tuple[Any, ...]]:
    columns = lines.to_columns()
    names = ("payee", "kind", "rule", "deal", "minor")
    return [*zip(*(columns[name].tolist() for name in names), strict=True)]


class TestCommissionLines:
    @given(commission_lines(), commission_lines())
    def test_adds(self, one: CommissionLines, other: CommissionLines) -> None:
        if {*one.payee.names} & {*other.payee.names}:
            with pytest.raises(InvalidValueError, match="commissions that are added must be of different payees, got"):
                _ = one + other
        else:
            both = one + other
            assert lines_of_team(both) == sorted(lines_of_team(one) + lines_of_team(other), key=lambda row: row[0])
            assert both.payee.names == tuple(sorted([*one.payee.names, *other.payee.names]))
            assert len(both) == len(one) + len(other)
            nobodys = [*one.uncredited.tolist(), *other.uncredited.tolist()]
            assert both.uncredited.tolist() == sorted({*nobodys}, key=lambda deal: (isinstance(deal, str), deal))

    @given(commission_lines(), commission_lines())
    def test_order(self, one: CommissionLines, other: CommissionLines) -> None:
        if not {*one.payee.names} & {*other.payee.names}:
            assert one + other == other + one
            assert hash(one + other) == hash(other + one)

    @given(commission_lines())
    def test_round_trip(self, lines: CommissionLines) -> None:
        assert CommissionLines.from_dict(json.loads(json.dumps(lines.to_dict()))) == lines


class TestPayeePlan:
    @given(payee_plans())
    def test_round_trip(self, plan: PayeePlan) -> None:
        lines = CommissionLines.of({"Ada": plan}, [], [], [], [], [])
        assert CommissionLines.from_dict(lines.to_dict()).plans == (plan,)


class TestPlanCost(AnswerLaws):
    kind = PlanCost
    nothing = PlanCost("AE", 1, PERIOD, "XXX", PlanPayouts([]))

    def sum_of(self, a: Any, b: Any) -> Any:
        unit = unit_of_both(a.currency, b.currency) or "USD"
        return PlanCost(a.plan, 1, PERIOD, unit, payouts_of_both(a.payouts, b.payouts))

    @given(st.data())
    def test_definition(self, data: DataObject) -> None:
        cost, *_ = data.draw(three(PlanCost))
        each = [row for row in cost.payouts for _ in range(row.n)]
        assert cost.value.minor == sum(row.minor for row in each)
        assert cost.n == len(each)
        if each:
            assert cost.exact_mean == Fraction(cost.value.minor, len(each) * 10 ** exponent(cost.currency))
            assert cost.mean.minor == rounded(cost.value.minor, len(each))
            assert cost.gate_share == Fraction(sum(row.past_gates for row in each), len(each))
            assert cost.quota_share == Fraction(sum(row.attainment >= 1 for row in each), len(each))
            assert cost.cap_share == Fraction(sum(row.at_cap for row in each), len(each))
        else:
            assert [getattr(cost, name) for name in ("mean", "exact_mean", *cost.shares)] == [None] * 5


def payouts_of_both(one: PlanPayouts, other: PlanPayouts) -> PlanPayouts:
    each = [*one, *other]
    return PlanPayouts(
        evolve(row, n=sum(same.n for same in each if same.attainment == row.attainment))
        for row in {row.attainment: row for row in each}.values()
    )


class TestPlanPayouts:
    @given(plan_payouts_by_attainment(), plan_payouts_by_attainment())
    def test_adds(self, one: PlanPayouts, other: PlanPayouts) -> None:
        assert one + other == payouts_of_both(one, other)
        if one.rows:
            wrong = PlanPayouts([evolve(one.rows[0], minor=-1)])
            with pytest.raises(InvalidValueError, match="costs that are added must be of one plan and quota, got"):
                _ = one + wrong

    @given(plan_payouts_by_attainment())
    def test_order(self, payouts: PlanPayouts) -> None:
        assert PlanPayouts(reversed(payouts.rows)) == payouts

    @given(plan_payouts_by_attainment())
    def test_round_trip(self, payouts: PlanPayouts) -> None:
        assert PlanPayouts.from_dict(json.loads(json.dumps(payouts.to_dict()))) == payouts


class TestPlanPayout:
    @given(plan_payouts())
    def test_round_trip(self, payout: PlanPayout) -> None:
        assert [*PlanPayouts.from_dict(PlanPayouts([payout]).to_dict())] == [payout]


class TestForecastLines:
    @given(st.tuples(forecast_lines(), forecast_lines()))
    def test_adds(self, pair: tuple[ForecastLines, ForecastLines]) -> None:
        one, other = pair
        if set(one.deal.tolist()) & set(other.deal.tolist()):
            with pytest.raises(InvalidValueError, match="forecasts that are added must be of different deals, got"):
                _ = one + other
        else:
            assert sorted(rows_of(one + other)) == sorted(rows_of(one) + rows_of(other))
            assert one + other == other + one

    @given(forecast_lines(), st.data())
    def test_order(self, lines: ForecastLines, data: DataObject) -> None:
        order = data.draw(st.permutations(range(len(lines))))
        moved = lines_of(*([column[row] for row in order] for column in cells_of(lines)))
        assert moved == lines
        assert hash(moved) == hash(lines)
        assert rows_of(moved) == [rows_of(lines)[row] for row in order]

    @given(forecast_lines())
    def test_round_trip(self, lines: ForecastLines) -> None:
        assert ForecastLines.from_dict(json.loads(json.dumps(lines.to_dict()))) == lines


def cells_of(lines: ForecastLines) -> list[list[Any]]:
    return [lines.deal.tolist(), *map(list, (lines.amount, lines.probability, lines.close, lines.basis))]


def lines_of(deal: Any, amount: Any, probability: Any, close: Any, basis: Any) -> ForecastLines:
    days = [None if day is None else date(1970, 1, 1) + timedelta(day) for day in close]
    return ForecastLines.of(deal, amount, probability, days, basis)


class TestCoverage(AnswerLaws):
    kind = Coverage
    nothing = sm.pipeline_coverage([], quota=sm.Money(0, "XXX"), period=PERIOD, as_of=AS_OF)

    def sum_of(self, a: Any, b: Any) -> Any:
        return Coverage(
            period=a.period,
            as_of=a.as_of,
            against=a.against,
            pipeline=TestWeightedTotal().sum_of(a.pipeline, b.pipeline),
            booked=TestMoneyTotal().sum_of(a.booked, b.booked),
            quota=0,
            currency=unit_of_both(a.currency, b.currency),
            n_undated=a.n_undated + b.n_undated,
        )


class TestAttainment(AnswerLaws):
    kind = Attainment
    nothing = sm.quota_attainment([], period=PERIOD, as_of=AS_OF)

    def sum_of(self, a: Any, b: Any) -> Any:
        money = TestMoneyTotal().sum_of
        return Attainment(
            period=a.period,
            as_of=a.as_of,
            actual=money(a.actual, b.actual),
            without_quota=money(a.without_quota, b.without_quota),
            target=a.target + b.target,
            overlay=money(a.overlay, b.overlay),
            overlay_target=a.overlay_target + b.overlay_target,
            currency=unit_of_both(a.currency, b.currency),
            n_quotas=a.n_quotas + b.n_quotas,
            starts=tally_of_both(a.starts, b.starts),
            ends=tally_of_both(a.ends, b.ends),
        )


class TestCapacity(AnswerLaws):
    kind = Capacity
    nothing = sm.capacity([], [], sm.Ramp([]), period=PERIOD)

    def sum_of(self, a: Any, b: Any) -> Any:
        unit = unit_of_both(a.currency, b.currency)
        return Capacity(a.period, a.full + b.full, a.ramped + b.ramped, unit, a.n_quotas + b.n_quotas)


class TestLateDeals(AnswerLaws):
    kind = LateDeals
    nothing = sm.overdue_deals([], as_of=AS_OF)

    def sum_of(self, a: Any, b: Any) -> Any:
        money = TestMoneyTotal().sum_of
        return LateDeals(a.as_of, money(a.late, b.late), money(a.undated, b.undated))


class TestSlippage(AnswerLaws):
    kind = Slippage
    nothing = sm.slippage([], period=PERIOD)

    def sum_of(self, a: Any, b: Any) -> Any:
        return Slippage(
            by_count=TestProportion().sum_of(a.by_count, b.by_count),
            by_amount=TestMoneyRatio().sum_of(a.by_amount, b.by_amount),
            n_unknown=a.n_unknown + b.n_unknown,
        )


class TestPushes(AnswerLaws):
    kind = Pushes
    nothing = sm.pushes([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return Pushes(tally_of_both(a.pushes, b.pushes), tally_of_both(a.pulls, b.pulls), a.n_missing + b.n_missing)


class TestRampTime(AnswerLaws):
    kind = RampTime
    nothing = RampTime(NOTHING, NOTHING)

    def sum_of(self, a: Any, b: Any) -> Any:
        days = tally_of_both(a.ramped, b.ramped), tally_of_both(a.ramping, b.ramping)
        return RampTime(*days, a.n_unobserved + b.n_unobserved)


class TestActivitiesPerWin(AnswerLaws):
    kind = ActivitiesPerWin
    nothing = sm.activities_per_win(
        [], activities=[sm.Activity(datetime(2026, 1, 5, tzinfo=UTC), "call")] * 12, zone="UTC"
    )

    def sum_of(self, a: Any, b: Any) -> Any:
        n_missing, n_found = a.n_missing + b.n_missing, a.n_found + b.n_found
        return ActivitiesPerWin(tally_of_both(a.activities, b.activities), n_missing, n_found, a.n_given)


class TestActivitiesPerRep(AnswerLaws):
    kind = ActivitiesPerRep
    nothing = sm.activities_per_rep([])

    def sum_of(self, a: Any, b: Any) -> Any:
        by_rep = {name: a.by_rep.get(name, 0) + b.by_rep.get(name, 0) for name in {*a.by_rep, *b.by_rep}}
        return ActivitiesPerRep(CountsByName(by_rep), a.n_unowned + b.n_unowned)


class TestMeetingRate(AnswerLaws):
    kind = MeetingRate
    nothing = MeetingRate(0, 0)

    def sum_of(self, a: Any, b: Any) -> Any:
        return MeetingRate(a.n_meetings + b.n_meetings, a.n_prospecting + b.n_prospecting)


class TestTimeShare(AnswerLaws):
    kind = TimeShare
    nothing = sm.selling_time_share([], selling={"call"})

    def sum_of(self, a: Any, b: Any) -> Any:
        return TimeShare(a.selling + b.selling, a.working + b.working, a.n + b.n, a.n_missing + b.n_missing)


class TestTimeInStage(AnswerLaws):
    kind = TimeInStage
    nothing = sm.time_in_stage(sm.Deals.of([]).with_history([]), stage="Qualified", as_of=date(2026, 1, 1))

    def sum_of(self, a: Any, b: Any) -> Any:
        return TimeInStage(
            stage="Qualified",
            as_of=date(2026, 1, 1),
            finished=tally_of_both(a.finished, b.finished),
            running=tally_of_both(a.running, b.running),
            all_days=a.all_days + b.all_days,
            n_missing=a.n_missing + b.n_missing,
        )


LEADS = st.builds(
    sm.Lead,
    st.just("L"),
    st.just(date(2026, 1, 5)),
    st.sampled_from([None, "web", "fair", "call"]),
    st.sampled_from([{}, {"team": "North"}, {"team": "East"}]),
    st.sampled_from([*sm.Outcome, None]),
)
"""Leads of a team or of none, from where others came too or from elsewhere."""


def counts_of_both(one: Any, other: Any) -> list[tuple[Any, ...]]:
    """Rows of a key with two counts, added key by key."""
    sums: dict[Any, list[int]] = {}
    for *key, won, lost in [*one, *other]:
        sums.setdefault(tuple(key), [0, 0])
        sums[tuple(key)][0] += won
        sums[tuple(key)][1] += lost
    return [(*key, *both) for key, both in sums.items()]


class TestLeadPropensity(AnswerLaws):
    kind = LeadPropensity
    nothing = LeadPropensity("bayes", ["source"], (), (), (), "team", "1/10", 20, 1, [])

    def sum_of(self, a: Any, b: Any) -> Any:
        return self.nothing.of_counts(counts_of_both(a.counts, b.counts))

    @given(lead_propensities(), LEADS)
    def test_one_by_one(self, model: LeadPropensity, lead: sm.Lead) -> None:
        alone = model.of_counts([]).with_lead(lead)
        assert model.with_lead(lead) == model + alone
        is_decided = lead.outcome in (sm.Outcome.WON, sm.Outcome.LOST)
        assert alone.n_won + alone.n_lost == is_decided

    @given(lead_propensities(), LEADS)
    def test_inside(self, model: LeadPropensity, lead: sm.Lead) -> None:
        if bool(model.n_won) != bool(model.n_lost):
            with pytest.raises(InvalidValueError, match="a chance must be of won and of lost leads"):
                model.probability(lead)
            return
        exact, chance = model.exact_probability(lead), model.probability(lead)
        if exact is None or chance is None:
            assert exact is None
            assert chance is None
            assert not model.n_won
        else:
            assert 0 < exact < 1
            assert 0 < chance < 1

    @given(lead_propensities(), LEADS)
    def test_reasons(self, model: LeadPropensity, lead: sm.Lead) -> None:
        assume(bool(model.n_won) == bool(model.n_lost))
        first, *others = model.explain(lead)
        exact = model.exact_probability(lead)
        if exact is None:
            assert first.ratio is None
            return
        odds = first.ratio or 0
        for reason in others:
            odds *= 1 if reason.ratio is None else reason.ratio
        assert odds == pytest.approx(float(exact / (1 - exact)))
        assert [reason.field for reason in others] == (["source"] if lead.source is not None else [])

    @given(lead_propensities(), LEADS)
    def test_whole(self, model: LeadPropensity, lead: sm.Lead) -> None:
        assume(bool(model.n_won) == bool(model.n_lost))
        asked = [sm.Lead(lead.id, lead.created, lead.source, fields) for fields in ({"team": "East"}, {})]
        assert model.exact_probability(asked[0]) == model.exact_probability(asked[1])


class TestWeightsOfEvidence(AnswerLaws):
    kind = WeightsOfEvidence
    nothing = WeightsOfEvidence("source", "1/2", [])

    def sum_of(self, a: Any, b: Any) -> Any:
        return WeightsOfEvidence("source", "1/2", counts_of_both(a.counts, b.counts))

    @given(weights_of_evidences())
    def test_definition(self, found: WeightsOfEvidence) -> None:
        more, n = float(Fraction(found.alpha)), len(found.counts)
        told = 0.0
        for value, won, lost in found.counts:
            if not won + more or not lost + more:
                assert found.weights[value] is None
                continue
            ours, theirs = (won + more) / (found.n_won + n * more), (lost + more) / (found.n_lost + n * more)
            assert found.weights[value] == pytest.approx(log(ours / theirs), abs=1e-9)
            told += (ours - theirs) * log(ours / theirs)
        is_defined = bool(found.counts) and None not in found.weights.values()
        assert found.information_value == (pytest.approx(told, abs=1e-9) if is_defined else None)

    @given(weights_of_evidences())
    def test_turned(self, found: WeightsOfEvidence) -> None:
        turned = WeightsOfEvidence("source", found.alpha, [(value, lost, won) for value, won, lost in found.counts])
        for value, weight in found.weights.items():
            assert turned.weights[value] == (None if weight is None else pytest.approx(-weight, abs=1e-12))
        told = found.information_value
        assert turned.information_value == (None if told is None else pytest.approx(told, abs=1e-12))


class TestResponseTime(AnswerLaws):
    kind = ResponseTime
    nothing = sm.lead_response_time([], touches=[], as_of=AS_OF, zone="UTC", target=timedelta(minutes=5))

    def sum_of(self, a: Any, b: Any) -> Any:
        return ResponseTime(
            AS_OF,
            300,
            tally_of_both(a.answered, b.answered),
            tally_of_both(a.waiting, b.waiting),
            tally_of_both(a.closed, b.closed),
            a.n_early + b.n_early,
            a.n_missing + b.n_missing,
        )


class TestFollowUps(AnswerLaws):
    kind = FollowUps
    nothing = sm.follow_ups([], touches=[], as_of=AS_OF, zone="UTC")

    def sum_of(self, a: Any, b: Any) -> Any:
        return FollowUps(tally_of_both(a.touches, b.touches), a.n_missing + b.n_missing)


SCORED = st.lists(st.tuples(st.none() | st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.none() | st.booleans()), max_size=8)
"""Leads with a probability or without one, decided or open."""


def judged(leads: list[Any], kind: Any = "probability") -> ScoreQuality:
    return sm.score_quality([score for score, _ in leads], [came for _, came in leads], kind=kind)


class TestScoreQuality(AnswerLaws):
    kind = ScoreQuality
    nothing = sm.score_quality([], [])

    def sum_of(self, a: Any, b: Any) -> Any:
        return ScoreQuality(
            "probability",
            tally_of_both(a.positives, b.positives),
            tally_of_both(a.negatives, b.negatives),
            a.n_missing + b.n_missing,
        )

    @given(SCORED)
    def test_definition(self, leads: list[Any]) -> None:
        made = judged(leads)
        known = [(score, came) for score, came in leads if score is not None and came is not None]
        won, lost = ([score for score, came in known if came == wanted] for wanted in (True, False))
        assert (made.n, made.n_missing, made.positives.n) == (len(known), len(leads) - len(known), len(won))
        assert made.base_rate == (len(won) / len(known) if known else None)
        wins: float = 0
        for one in won:
            for other in lost:
                wins += 1 if one > other else 0.5 if one == other else 0
        assert made.auc == (wins / (len(won) * len(lost)) if won and lost else None)
        assert made.gini == (pytest.approx(2 * wins / (len(won) * len(lost)) - 1) if won and lost else None)
        precisions = []
        for score in won:
            taken = [came for other, came in known if other >= score]
            precisions.append(sum(taken) / len(taken))
        assert made.average_precision == (pytest.approx(sum(precisions) / len(won)) if won else None)
        squares = sum((score - came) ** 2 for score, came in known)
        assert made.brier == (pytest.approx(squares / len(known)) if known else None)
        if won and lost:
            rate = len(won) / len(known)
            assert made.brier_skill == pytest.approx(1 - squares / len(known) / (rate * (1 - rate)))
        else:
            assert made.brier_skill is None
        for row in made.thresholds():
            taken = [came for score, came in known if row.threshold is not None and score >= row.threshold]
            assert (row.n, row.positives) == (len(taken), sum(taken))
            assert row.precision == (sum(taken) / len(taken) if taken else None)
            assert row.recall == (sum(taken) / len(won) if won else None)

    @given(SCORED, st.data())
    def test_order_of_leads(self, leads: list[Any], data: DataObject) -> None:
        moved = data.draw(st.permutations(leads))
        assert judged(moved) == judged(leads)
        assert judged(moved).gains() == judged(leads).gains()

    @given(SCORED, SCORED)
    def test_merge(self, one: list[Any], other: list[Any]) -> None:
        assert judged([*one, *other]) == judged(one) + judged(other)

    @given(SCORED, st.integers(1, 1000), st.integers(-1000, 1000))
    def test_stretched(self, leads: list[Any], times: int, more: int) -> None:
        stretched = [(None if score is None else score * times + more, came) for score, came in leads]
        one, other = judged(leads, "points"), judged(stretched, "points")
        assert (one.auc, one.average_precision, one.gains()) == (other.auc, other.average_precision, other.gains())

    @given(SCORED)
    def test_turned(self, leads: list[Any]) -> None:
        made, other = judged(leads), judged([(score, None if came is None else not came) for score, came in leads])
        assert made.exact_auc == (None if other.exact_auc is None else 1 - other.exact_auc)
        both = judged(
            [(None if score is None else 1 - score, None if came is None else not came) for score, came in leads]
        )
        assert (made.exact_brier, made.exact_auc) == (both.exact_brier, both.exact_auc)


class TestIsotonicCalibration:
    @given(isotonic_calibrations(), st.lists(st.floats(-2, 2) | st.sampled_from([0.25, 0.5]), max_size=5))
    def test_rises(self, curve: IsotonicCalibration, scores: list[float]) -> None:
        found = [curve.exact_probability(score) for score in sorted(scores)]
        assert found == sorted(found)
        assert curve.probabilities(sorted(scores)).tolist() == pytest.approx([float(one) for one in found], abs=1e-6)
        assert [curve.probability(score) for score in sorted(scores)] == [float(one) for one in found]

    @given(score_qualities("probability"))
    def test_kept(self, made: ScoreQuality) -> None:
        if not (made.positives.n and made.negatives.n):
            with pytest.raises(InvalidValueError, match="a calibration must be made of leads that came and of ones"):
                sm.calibrate_scores(made)
            return
        curve = sm.calibrate_scores(made)
        assert curve.n == made.n
        both = made.positives + made.negatives
        assert sum(times * curve.exact_probability(score / 10**6) for score, times in both) == made.positives.n

    @given(isotonic_calibrations())
    def test_round_trip(self, curve: IsotonicCalibration) -> None:
        assert_round_trip(curve)


class TestPlattCalibration:
    @given(platt_calibrations(), st.lists(st.floats(-2, 2), max_size=5))
    def test_rises(self, curve: PlattCalibration, scores: list[float]) -> None:
        found = [curve.probability(score) for score in sorted(scores)]
        assert found == sorted(found, reverse=curve.slope < 0)
        assert curve.probabilities(sorted(scores)).tolist() == found

    @given(score_qualities().filter(lambda made: made.positives.n > 0 < made.negatives.n))
    def test_best(self, made: ScoreQuality) -> None:
        curve = sm.calibrate_scores(made, how="platt")
        won, lost = made.positives.n, made.negatives.n
        scale = max(abs(score) / 10**6 for score, _ in made.positives + made.negatives) or 1.0

        def loss(intercept: float, slope: float) -> float:
            total = 0.0
            for some, wanted in ((made.positives, (won + 1) / (won + 2)), (made.negatives, 1 / (lost + 2))):
                for score, times in some:
                    odds = intercept + slope * score / 10**6
                    total += times * (float(np.logaddexp(0, odds)) - wanted * odds)
            return total / made.n

        least = loss(curve.intercept, curve.slope)
        for more, steeper in ((1e-3, 0), (-1e-3, 0), (0, 1e-3), (0, -1e-3)):
            assert loss(curve.intercept + more, curve.slope + steeper / scale) >= least - 1e-9

    @given(platt_calibrations())
    def test_round_trip(self, curve: PlattCalibration) -> None:
        assert_round_trip(curve)


class TestWaterfall(AnswerLaws):
    kind = Waterfall
    nothing = sm.pipeline_waterfall([], period=PERIOD, start=PERIOD.start, end=PERIOD.end, owners=["Ada"])

    def sum_of(self, a: Any, b: Any) -> Any:
        columns = [a.lines.to_columns()[name] + b.lines.to_columns()[name] for name in ("bucket", "deal", "minor")]
        bucket, deal, minor = columns
        days = [*a.lines.day.tolist(), *b.lines.day.tolist()]
        return Waterfall(
            a.period,
            a.start,
            a.end,
            a.owners,
            unit_of_both(a.currency, b.currency),
            WaterfallLines.of(bucket, deal, days, minor),
            a.n_undated + b.n_undated,
            a.n_unplaced + b.n_unplaced,
        )

    @given(waterfalls())
    def test_balance(self, flow: Waterfall) -> None:
        movements = flow.totals
        left: dict[Any, int] = {}
        for bucket, deal, _, minor in zip(*flow.lines.to_columns().values(), strict=True):
            left[deal] = left.get(deal, 0) + (-1 if bucket == "closing" else 1) * (minor or 0)
        assert set(left.values()) <= {0}
        *before, closing = movements.values()
        assert sum(one.minor for one in before) == closing.minor
        assert flow.value == Money(closing.minor - movements["opening"].minor, "USD")
        entries, exits = (sum(movements[name].n_changes for name in names) for names in (ENTRIES, EXITS))
        assert movements["opening"].n_changes + entries - exits == closing.n_changes
        missing_in, missing_out = (sum(movements[name].n_missing for name in names) for names in (ENTRIES, EXITS))
        given, cleared = (movements[name].n_changes for name in ("amount_given", "amount_cleared"))
        assert movements["opening"].n_missing + missing_in - missing_out - given + cleared == closing.n_missing


class TestMovement:
    @given(units().flatmap(waterfalls))
    def test_definition(self, flow: Waterfall) -> None:
        for name, movement in flow.totals.items():
            rows = [row for row in zip(*flow.lines.to_columns().values(), strict=True) if row[0] == name]
            amounts = [minor for *_, minor in rows if minor is not None]
            n_deals = len({deal for _, deal, _, _ in rows})
            n_missing = len(rows) - len(amounts)
            assert movement == Movement(sum(amounts), flow.currency, n_deals, len(rows), n_missing)
            assert (movement.value is None) == (len(rows) > 0 and not amounts)
            found = flow.deals_in(name)
            assert set(found) == {deal for _, deal, _, _ in rows}
            for deal, amount in found.items():
                own = [minor for _, one, _, minor in rows if one == deal and minor is not None]
                unit = flow.currency
                assert amount == (None if not own else sum(own) if unit is None else Money(sum(own), unit))


class TestWaterfallLines:
    @given(st.tuples(waterfall_lines(), waterfall_lines()))
    def test_adds(self, pair: tuple[WaterfallLines, WaterfallLines]) -> None:
        one, other = pair
        both = set(one.deal.tolist()) & set(other.deal.tolist())
        if both:
            with pytest.raises(InvalidValueError, match="waterfalls that are added must be of different deals, got"):
                _ = one + other
        else:
            assert sorted(rows_of(one + other)) == sorted(rows_of(one) + rows_of(other))
            assert one + other == other + one

    @given(waterfall_lines(), st.data())
    def test_order(self, lines: WaterfallLines, data: DataObject) -> None:
        order = data.draw(st.permutations(range(len(lines))))
        columns = lines.to_columns() | {"day": lines.day.tolist()}
        assert WaterfallLines.of(*([column[row] for row in order] for column in columns.values())) == lines
        ids = list(dict.fromkeys(lines.deal.tolist()))
        assert ids == sorted(ids, key=lambda one: (isinstance(one, str), one))
        for one in ids:
            own = lines.day[[deal == one for deal in lines.deal.tolist()]].tolist()
            assert own == sorted(own)

    @given(waterfall_lines())
    def test_round_trip(self, lines: WaterfallLines) -> None:
        assert WaterfallLines.from_dict(json.loads(json.dumps(lines.to_dict()))) == lines


class TestBridge:
    @given(units().flatmap(bridges))
    def test_whole(self, bridge: Bridge) -> None:
        changes = [step.exact for step in bridge.steps]
        if bridge.b is None:
            assert bridge.exact is None
            assert bridge.value is None
            assert None in changes
            return
        minor = [one.minor if isinstance(one, Money) else one for one in (bridge.a, bridge.b)]
        scale = 1 if bridge.unit is None else 10 ** exponent(bridge.unit)
        assert sum(change * scale for change in changes if change is not None) == minor[1] - minor[0]
        assert bridge.value == (minor[1] - minor[0] if bridge.unit is None else bridge.b - bridge.a)
        with pytest.raises(InvalidValueError, match="the steps of a Bridge must add up to the difference"):
            Bridge(bridge.a, bridge.b, bridge.unit, (*bridge.steps, BridgeStep("", Fraction(1), bridge.unit, (), ())))

    @given(units().flatmap(bridges))
    def test_round_trip(self, bridge: Bridge) -> None:
        assert_round_trip(bridge)


class TestBridgeStep:
    @given(units().flatmap(bridge_steps))
    def test_round_trip(self, step: BridgeStep) -> None:
        assert BridgeStep.from_dict(json.loads(json.dumps(step.to_dict()))) == step

    @given(units().flatmap(bridge_steps))
    def test_value(self, step: BridgeStep) -> None:
        scale = 1 if step.unit is None else 10 ** exponent(step.unit)
        read = {deal: step.by_deal[deal] for deal in step.deals}
        assert list(step.by_deal) == list(step.deals)
        for exact, value in [(step.exact, step.value), *zip(step.changes, read.values(), strict=True)]:
            if exact is None or step.unit is None:
                assert value == (None if exact is None else float(exact))
            else:
                assert value == Money(int(exact * scale), step.unit)  # which is whole here


def rows_of(lines: ForecastLines | WaterfallLines) -> list[str]:
    return [repr(row) for row in zip(*lines.to_columns().values(), strict=True)]


class TestComparison:
    @given(comparisons())
    def test_definition(self, change: Comparison[Any]) -> None:
        before, after = (exact_reading(one, change.reading) for one in (change.before, change.after))
        if before is not None and after is not None:
            assert change.difference == after - before
            assert before + (change.difference or 0) == after
            if before:
                assert change.relative is not None
                assert before + change.relative * abs(before) == after

    @given(comparisons())
    def test_undefined(self, change: Comparison[Any]) -> None:
        before, after = (getattr(one, change.reading) for one in (change.before, change.after))
        assert (change.difference is None) == (before is None or after is None)
        is_zero = exact_reading(change.before, change.reading) == 0
        assert (change.relative is None) == (change.difference is None or is_zero)

    @given(comparisons())
    def test_round_trip(self, change: Comparison[Any]) -> None:
        assert_round_trip(change)


class TestGoalResult:
    @given(goal_results())
    def test_definition(self, result: GoalResult) -> None:
        change, goal = result.comparison, result.goal
        before, after = (exact_reading(one, change.reading) for one in (change.before, change.after))
        if before is None or (goal.basis == "relative" and not before):
            assert result.target is None
            return
        step = goal.change if goal.basis == "points" else goal.change * abs(before)
        assert result.target == before + step
        margin = None if after is None else after - before - step
        assert result.margin == (margin if margin is None or goal.change >= 0 else -margin)

    @given(goal_results())
    def test_met(self, result: GoalResult) -> None:
        change, goal = result.comparison, result.goal
        if result.margin is None:
            assert result.met is None
            return
        moved = change.difference if goal.basis == "points" else change.relative
        assert moved is not None
        assert result.met == (moved <= goal.change if goal.change < 0 else moved >= goal.change)

    @given(goal_results())
    def test_round_trip(self, result: GoalResult) -> None:
        assert_round_trip(result)


class TestTrend:
    """Of the answer; that of the function is in test_trend.py."""

    @given(laid_down(), st.data())
    def test_adds(self, book: Book, data: DataObject) -> None:
        a, b, _ = data.draw(period_by_period(book, 2))
        assert dict(a + b) == {period: a[period] + b[period] for period in a}
        assert (a + b).periods == a.periods

    @given(laid_down(), st.data())
    def test_order(self, book: Book, data: DataObject) -> None:
        a, b, c, _ = data.draw(period_by_period(book, 3))
        assert_answers_add(a, b, c)

    @given(laid_down(), st.data())
    def test_identity(self, book: Book, data: DataObject) -> None:
        a, nothing = data.draw(period_by_period(book, 1))
        assert a + nothing == a == nothing + a
        assert sum([a]) == a

    @given(trends())
    def test_round_trip(self, found: sm.Trend[Any]) -> None:
        assert_round_trip(found)
        assert sm.Trend.from_dict(json.loads(json.dumps(found.to_dict()))).periods == found.periods


@st.composite
def period_by_period(draw: DrawFn, book: Book, n: int) -> list[sm.Trend[Any]]:
    """Trends of parts of one book, and of no deals, by one question."""
    table = book.table
    measure, options = draw(questions(table))
    periods, to_date = draw(successive_periods(days_around(table))), draw(st.booleans())
    on: Any = draw(st.sampled_from(["closed", "created"]))
    parts = np.array(draw(st.lists(st.integers(0, n - 1), min_size=len(table), max_size=len(table))), np.int64)
    return [sm.trend(measure, table.filter(parts == part), periods, on, to_date, **options) for part in range(n + 1)]


class TestRankedRate:
    @given(ranked_rates())
    def test_round_trip(self, one: sm.RankedRate) -> None:
        assert_round_trip(one)


class TestBootstrapped:
    @given(bootstraps())
    def test_round_trip(self, one: sm.Bootstrapped[Any]) -> None:
        assert_round_trip(one)


class TestTop:
    @given(laid_down(), st.data())
    def test_whole(self, book: Book, data: DataObject) -> None:
        (groups,) = data.draw(broken_down(book, KEYS, 1))
        reading = data.draw(st.sampled_from(next(iter(groups.values())).readings if groups else ["value"]))
        best = groups.top(data.draw(st.integers(1, 4)), reading, descending=data.draw(st.booleans()))
        rest = [] if best.rest is None else [best.rest]
        assert sum([*best.groups.values(), *rest]) == sum(groups.values())
        assert len(best.groups) + best.n_rest == len(groups)

    @given(laid_down(), st.data())
    def test_first(self, book: Book, data: DataObject) -> None:
        by: Any = data.draw(st.sampled_from(["owner", "stage", ("owner", "kind")]))
        groups, n = sm.breakdown(sm.win_rate, book.table, by), data.draw(st.integers(1, 4))
        descending = data.draw(st.booleans())
        best = groups.top(n, descending=descending)
        defined = [key for key, rate in groups.items() if rate.value is not None]
        in_order: list[Any] = []
        while defined:  # the first of the best, again and again
            values = [groups[key].value or 0 for key in defined]
            in_order.append(defined.pop(values.index(max(values) if descending else min(values))))
        assert list(best.groups) == in_order[:n]
        last = [groups[key].value for key in in_order[:n]][-1:]
        assert best.n_tied == sum([groups[key].value] == last for key in in_order[n:])

    @given(tops())
    def test_round_trip(self, best: sm.Top[Any]) -> None:
        assert_round_trip(best)


@st.composite
def broken_down(draw: DrawFn, book: Book, names: list[str], n: int) -> list[sm.Breakdown[Any]]:
    """Breakdowns of parts of one book, by one question."""
    table = book.table
    measure, options = draw(questions(table))
    keys = draw(st.lists(st.sampled_from([*names, *table.labels]), min_size=1, max_size=2, unique=True))
    by = draw(by_one_or_all(keys))
    parts = draw(st.lists(st.integers(0, n - 1), min_size=len(table), max_size=len(table)))
    cut = [table.filter(np.array(parts, np.int64) == part) for part in range(n)]
    return [sm.breakdown(measure, one, by, **options) for one in cut]


KEYS = ["owner", "stage", "outcome", "account", "kind", "category"]


class TestBreakdown:
    """Of the answer; that of the function is in test_breakdown.py."""

    @given(laid_down(), st.data())
    def test_adds(self, book: Book, data: DataObject) -> None:
        a, b = data.draw(broken_down(book, KEYS, 2))
        both = a + b
        assert set(both) == {*a, *b}
        for key, answer in both.items():
            if key in a and key in b:
                assert answer == a[key] + b[key]
            else:
                assert answer == (a[key] if key in a else b[key])

    @given(laid_down(), st.data())
    def test_added_up(self, book: Book, data: DataObject) -> None:
        first, *others = parts = data.draw(broken_down(book, KEYS, 4))
        one_by_one = sum(others, start=first)
        assert sm.Breakdown.added_up(parts) == one_by_one
        assert list(sm.Breakdown.added_up(parts)) == list(one_by_one)

    @given(laid_down(), st.data())
    def test_order(self, book: Book, data: DataObject) -> None:
        a, b, c = data.draw(broken_down(book, KEYS, 3))
        assert_answers_add(a, b, c)
        assert list(a + b) == list(b + a)

    @given(laid_down(), st.data())
    def test_identity(self, book: Book, data: DataObject) -> None:
        (a,) = data.draw(broken_down(book, KEYS, 1))
        empty = sm.breakdown(sm.win_rate, [], a.by)
        assert a + empty == a == empty + a
        assert (a + empty).orders == (empty + a).orders or not a
        assert list(a + empty) == list(a) == list(empty + a)
        assert sum([a]) == a

    @given(laid_down(), st.data())
    def test_round_trip(self, book: Book, data: DataObject) -> None:
        a, b = data.draw(broken_down(book, KEYS, 2))
        assert_round_trip(a)
        back = sm.Breakdown.from_dict(json.loads(json.dumps(a.to_dict(), allow_nan=False)))
        assert list(back) == list(a)
        assert back.orders == a.orders
        assert back + b == a + b


def rounded_half_away(exact: Fraction) -> int:
    """The nearest whole number, by its distance to both neighbours."""
    down = exact.numerator // exact.denominator
    below, above = exact - down, down + 1 - exact
    return down if below < above or (below == above and exact < 0) else down + 1


class TestStatementLine:
    @given(statement_lines() | statements().filter(lambda one: one.lines).map(lambda one: one.lines[0]))
    def test_recomputes(self, line: StatementLine) -> None:
        assert line.amount == rounded_half_away(line.before + line.exact) - rounded_half_away(line.before)
        if line.rate is not None and line.lower is not None and line.upper is not None:
            assert line.exact == (line.upper - line.lower) * line.rate * 100  # cents


class TestDealBalance:
    @given(deal_balances())
    def test_bounds(self, balance: DealBalance) -> None:
        assert 0 <= balance.cancelled <= 1
        with pytest.raises(InvalidValueError, match="must be a fraction in"):
            evolve(balance, cancelled=Fraction(2))


class TestBalances:
    @given(balances())
    def test_carry(self, balance: Balances) -> None:
        carried = balance.held + balance.banked - balance.owed
        assert balance.earned == balance.payable + balance.gifts + carried
        with pytest.raises(InvalidValueError, match="what became payable, was given and is carried"):
            evolve(balance, owed=balance.owed + 1)


class TestStatement:
    NUMBERS = re.compile(r"-?\d+(?:\.\d+|/\d+)?")

    @given(statements())
    def test_adds_up(self, statement: Statement) -> None:
        total = sum(line.amount for line in statement.lines)
        earned = sum(line.amount for line in statement.lines if line.kind not in ("banked", "owed", "held"))
        gifts = sum(line.amount for line in statement.lines if line.kind == "gift")
        opening, closing = statement.opening, statement.closing
        assert (statement.total.minor, statement.paid.minor, statement.earned.minor) == (total, total - gifts, earned)
        assert total + closing.carried == earned + opening.carried
        assert (closing.payable - opening.payable, closing.gifts - opening.gifts) == (total - gifts, gifts)
        with pytest.raises(InvalidValueError, match="must follow from the opening ones"):
            evolve(statement, opening=evolve(opening, owed=opening.owed + 1, payable=opening.payable + 1))

    @given(statements())
    def test_explained(self, statement: Statement) -> None:
        for line in statement.lines:
            words = statement.explain(line)
            head, sums, amount = words.split("; ")
            *figures, exact = map(Fraction, self.NUMBERS.findall(head.rpartition(": ")[2]))
            before, after, *rounded = map(Fraction, self.NUMBERS.findall(sums))
            assert before + exact == after
            if rounded:
                assert rounded == [Fraction(rounded_half_away(100 * total), 100) for total in (before, after)]
            else:
                rounded = [before, after]
            assert self.recomputed(line, figures, before) in (None, exact)
            assert Fraction(self.NUMBERS.findall(amount)[0]) == rounded[1] - rounded[0] == Fraction(line.amount, 100)

    def recomputed(self, line: StatementLine, figures: list[Fraction], before: Fraction) -> Fraction | None:
        """What the words of a line come to, where they tell more than what was before it and is after it."""
        if len(figures) == 3:  # from so much to so much at a rate
            return (figures[1] - figures[0]) * figures[2]
        if line.kind == "scale":
            factor, total = figures
            assert total == before
            return (factor - 1) * before
        if line.kind in ("cap", "guarantee") and figures:
            return figures[0] - before
        return None

    @given(commission_arguments(), commission_arguments(), st.integers(0, 3))
    def test_forward(self, asked: dict[str, Any], other: dict[str, Any], late: int) -> None:
        asked["deals"] = [*asked["deals"], *(evolve(deal, id=f"E-{deal.id}") for deal in other["deals"])]
        fewer = {**asked, "deals": asked["deals"][late:]}
        fewer["events"] = [one for one in asked["events"] if one.deal in {deal.id for deal in fewer["deals"]}]
        old, new = (self.two_months(these) for these in (fewer, asked))
        forward = sm.Statement.diff(old, new)
        assert (forward.opening, forward.closing) == (old[1].closing, new[1].closing)
        assert sum(one.total.minor for one in (*old, forward)) == sum(one.total.minor for one in new)
        assert (forward.period.start, forward.period.end) == (old[0].period.start, old[1].period.end)

    def two_months(self, asked: dict[str, Any]) -> list[Statement]:
        """A statement of January, and the one of February that goes on where it ends."""
        january = sm.commission(**asked)
        later: dict[str, Any] = {**asked, "period": FEBRUARY, "opening": january}
        return [january, sm.commission(**later)]

    @given(st.data())
    def test_difference(self, data: DataObject) -> None:
        asked = data.draw(commission_arguments())
        known = [event.deal for event in asked["events"]]
        fewer = [deal for deal in asked["deals"] if deal.id in known]
        before: dict[str, Any] = {**asked, "deals": fewer}
        old, new = sm.commission(**before), sm.commission(**asked)
        late = sm.Statement.diff(old, new)
        assert sm.Statement.diff(new, new).lines == ()
        assert old.total + late.total == new.total
        assert (late.opening, late.closing) == (old.closing, new.closing)

    @given(statements())
    def test_round_trip(self, statement: Statement) -> None:
        assert sm.from_json(Statement, sm.to_json(statement)) == statement


class TestLeadScores:
    @given(scored_books())
    def test_adds_up(self, book: tuple[list[Lead], list[Activity], ScoringModel, date]) -> None:
        leads, log, model, as_of = book
        free = evolve(model, groups={}, limits=Limits())
        scores = score_leads(leads, log, model=free, as_of=as_of)
        for name, micro in scores.groups.items():
            own = [rule.points.tolist() for rule in scores.rules if rule.group == name]
            assert micro.tolist() == [*map(sum, zip(*own, strict=True))]
        parts = [[0] * len(scores), *(micro.tolist() for micro in scores.groups.values())]
        assert scores.unweighted.tolist() == [*map(sum, zip(*parts, strict=True))]

    @given(lead_scores())
    def test_explained(self, scores: LeadScores) -> None:
        columns = scores.breakdown()
        rows = list(zip(*columns.values(), strict=True))
        for lead in scores.lead.tolist():
            lines = [
                (lead, one.rule, one.group, one.events, one.raw, one.decayed, one.points, one.limit)
                for one in scores.lines(lead)
            ]
            assert [line for line in lines if line[3]] == [row for row in rows if row[0] == lead]
            assert all(line[4:7] == (0, 0, 0) for line in lines if not line[3])

    @given(lead_scores())
    def test_round_trip(self, scores: LeadScores) -> None:
        written = json.loads(json.dumps(scores.to_dict(), allow_nan=False))
        again = LeadScores.from_dict(written)
        assert again == scores
        assert again.to_dict() == written
        for lead in scores.lead.tolist():
            assert again.explain(lead) == scores.explain(lead)

    @given(lead_scores(), st.data())
    def test_definition(self, scores: LeadScores, data: DataObject) -> None:
        key = st.sampled_from(["Acme", "Bond", None])
        keys = data.draw(st.lists(key, min_size=len(scores), max_size=len(scores)))
        expected = {
            name: sum(int(one) for one, own in zip(scores.micro, keys, strict=True) if own == name) / 10**6
            for name in sorted({own for own in keys if own is not None})
        }
        assert scores.buying_groups(keys) == expected
