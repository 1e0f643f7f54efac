"""Ready formats: each reads rows that are written as its system's documents say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

import salesmetrics as sm
from salesmetrics import Category, InvalidValueError, Outcome, SalesProcess, Stage, formats

PROCESS = SalesProcess(
    [Stage("1", 0.25), Stage("2", 0.5), Stage("Won", 1, Outcome.WON), Stage("Lost", 0, Outcome.LOST)]
)


def read(form: sm.DealFormat, *rows: dict[str, Any], accept: set[str] | None = None) -> sm.Deals:
    """Rows as their system writes them; a column that a row does not have is blank."""
    columns = {name: [row.get(name, "") for row in rows] for name in form.columns}
    strange = {name for row in rows for name in row} - set(columns)
    assert not strange
    return sm.Deals.from_columns(columns, form, accept=accept or ())


def read_history(form: sm.HistoryFormat | sm.FieldHistoryFormat, *rows: dict[str, Any]) -> sm.DealHistory:
    """As `read`."""
    columns = {name: [row.get(name, "") for row in rows] for name in form.columns}
    assert {name for row in rows for name in row} <= set(columns)
    return sm.DealHistory.from_columns(columns, form)


def test_salesforce() -> None:
    row = {
        "Id": "006A", "StageName": "Negotiation/Review", "Amount": "1200.5", "OwnerId": "005A", "AccountId": "001A",
        "CreatedDate": "2026-01-05T23:30:00.000Z", "CloseDate": "2026-03-31", "Probability": "90.0",
        "ForecastCategoryName": "Best Case", "IsDeleted": "false",
    }  # fmt: skip
    won = row | {"Id": "006B", "StageName": "Closed Won", "Probability": "100", "ForecastCategoryName": "Closed"}
    api_words = row | {"Id": "006C", "ForecastCategoryName": "Forecast", "IsDeleted": "FALSE"}
    deals = read(formats.salesforce(currency="USD", zone="Europe/Paris"), row, won, api_words)
    assert (deals[0].expected_close, deals[0].closed, deals[0].created) == (date(2026, 3, 31), None, date(2026, 1, 6))
    assert (deals[1].expected_close, deals[1].closed) == (None, date(2026, 3, 31))
    assert list(deals.category) == [Category.BEST_CASE, Category.CLOSED, Category.COMMIT]
    assert (deals[0].probability, deals[0].owner, deals[0].account) == (0.9, "005A", "001A")


def test_hubspot() -> None:
    row = {
        "hs_object_id": "1", "dealstage": "contractsent", "amount": "500", "hubspot_owner_id": "77",
        "createdate": "2026-01-05T10:00:00.000Z", "closedate": "2026-03-31T22:30:00.000Z",
        "hs_deal_stage_probability": "0.9", "hs_manual_forecast_category": "OMIT",
    }  # fmt: skip
    lost = row | {"hs_object_id": "2", "dealstage": "closedlost", "hs_manual_forecast_category": "BEST_CASE"}
    deals = read(formats.hubspot(currency="EUR", zone="Europe/Paris"), row, lost)
    assert (deals[0].expected_close, deals[1].closed) == (date(2026, 4, 1), date(2026, 4, 1))
    assert (deals.is_lost.tolist(), deals[0].probability) == ([False, True], 0.9)
    assert list(deals.category) == [Category.OMITTED, Category.BEST_CASE]


def test_salesforce_history() -> None:
    row = {
        "OpportunityId": "006A", "CreatedDate": "2026-01-05T23:30:00.000Z", "StageName": "Negotiation/Review",
        "Amount": "1200.5", "CloseDate": "2026-03-31", "Probability": "90.0", "ForecastCategory": "Forecast",
        "IsDeleted": "false",
    }  # fmt: skip
    blank = row | {"CreatedDate": "2026-01-06T00:30:00.000Z", "Amount": ""}
    history = read_history(formats.salesforce_history(currency="USD", zone="Europe/Paris"), row, blank)
    amount = sm.Money.of("1200.5", "USD")
    assert list(history) == [
        sm.DealChange("006A", datetime(2026, 1, 6, hour, 30), "Negotiation/Review", worth, date(2026, 3, 31), 0.9,  # noqa: DTZ001
                      Category.COMMIT)
        for hour, worth in ((0, amount), (1, None))
    ]  # fmt: skip
    assert (history.gaps, "owner" in history.tracked) == ("cleared", False)


def test_salesforce_history_of_fivetran() -> None:
    row = {
        "id": "006A", "_fivetran_start": "2026-01-05 23:30:00", "stage_name": "Closed Won", "owner_id": "005A",
        "close_date": "2026-03-31 00:00:00", "is_deleted": "false",
    }  # fmt: skip
    (change,) = read_history(formats.salesforce_history(currency="USD", layout="fivetran"), row)
    assert (change.at, change.owner) == (datetime(2026, 1, 5, 23, 30), "005A")  # noqa: DTZ001


def test_salesforce_field_history() -> None:
    row = {"OpportunityId": "006A", "Field": "created", "CreatedDate": "2026-01-05T10:00:00.000Z", "IsDeleted": "false"}
    moved = row | {
        "Field": "StageName", "CreatedDate": "2026-02-05T10:00:00.000Z", "OldValue": "Prospecting",
        "NewValue": "Closed Won",
    }  # fmt: skip
    history = read_history(formats.salesforce_field_history(zone="UTC"), row, moved)
    assert [(str(one.at), one.stage) for one in history] == [
        ("2026-01-05 10:00:00", "Prospecting"),
        ("2026-02-05 10:00:00", "Closed Won"),
    ]
    with pytest.raises(sm.InvalidTableError, match="Field must be a known word, got 'NextStep'"):
        read_history(formats.salesforce_field_history(zone="UTC"), row | {"Field": "NextStep"})


def test_hubspot_history() -> None:
    row = {"deal_id": "77", "date_entered": "2026-01-05 10:00:00", "value": "contractsent"}
    (change,) = read_history(formats.hubspot_history(), row)
    assert change == sm.DealChange("77", datetime(2026, 1, 5, 10), stage="contractsent")  # noqa: DTZ001


def test_pipedrive() -> None:
    row = {
        "id": "1", "stage_id": "2", "value": "500", "currency": "EUR", "user_id": "7", "org_id": "9", "status": "open",
        "add_time": "2026-01-05 10:00:00", "expected_close_date": "2026-03-31", "probability": "35",
    }  # fmt: skip
    won = row | {"id": "2", "status": "won", "close_time": "2026-02-01 08:00:00"}
    deals = read(formats.pipedrive(process=PROCESS), row, won)
    assert (deals.currency, list(deals.stage)) == ("EUR", ["2", "Won"])
    assert (deals[0].probability, deals[0].expected_close, deals[1].closed) == (
        0.35,
        date(2026, 3, 31),
        date(2026, 2, 1),
    )
    with pytest.raises(sm.InvalidTableError, match="status must be a known word, got 'deleted'"):
        read(formats.pipedrive(process=PROCESS), row | {"status": "deleted"})
    assert formats.pipedrive(process=PROCESS, currency="EUR").currency_column is None


def test_dynamics() -> None:
    row = {
        "opportunityid": "a", "stepname": "1", "estimatedvalue": "500.00", "ownerid": "u", "parentaccountid": "c",
        "createdon": "2026-01-05T10:00:00Z", "estimatedclosedate": "2026-03-31", "closeprobability": "40",
        "msdyn_forecastcategory": "Committed", "statecode": "Open",
    }  # fmt: skip
    won = row | {
        "opportunityid": "b", "statecode": "1", "actualclosedate": "2026-02-01", "actualvalue": "450.00",
        "msdyn_forecastcategory": "Won",
    }  # fmt: skip
    lost = row | {
        "opportunityid": "c", "statecode": "Lost", "actualclosedate": "2026-02-01", "msdyn_forecastcategory": "Lost",
    }  # fmt: skip
    deals = read(formats.dynamics(process=PROCESS, currency="USD", zone="UTC"), row, won, lost)
    assert list(deals.stage) == ["1", "Won", "Lost"]
    assert list(deals.category) == [Category.COMMIT, Category.CLOSED, Category.OMITTED]
    assert list(deals.values["actual_revenue"]) == [None, 450_00, None]
    assert (deals[0].probability, deals[0].expected_close) == (0.4, date(2026, 3, 31))


def test_odoo() -> None:
    row = {
        "id": "1", "stage_id": "1", "expected_revenue": "500.0", "user_id": "Ada", "partner_id": "Acorn",
        "create_date": "2026-01-05 10:00:00", "date_deadline": "2026-03-31", "probability": "42.15",
        "won_status": "pending",
    }  # fmt: skip
    lost = row | {"id": "2", "won_status": "lost", "probability": "0.0", "date_closed": "2026-02-01 09:00:00"}
    deals = read(formats.odoo(process=PROCESS, currency="EUR"), row, lost)
    assert (list(deals.stage), deals[0].probability) == (["1", "Lost"], 0.4215)
    assert (deals[0].expected_close, deals[1].closed) == (date(2026, 3, 31), date(2026, 2, 1))


@pytest.mark.parametrize("layout", ["api", "fivetran"])
def test_what_the_caller_says_comes_first(layout: formats.Layout) -> None:
    for form in (formats.salesforce, formats.hubspot):
        made = form(layout=layout, stage="Stage", owner=None, currency_column="Currency", process=PROCESS)
        assert (made.stage, made.owner, made.currency, made.currency_column) == ("Stage", None, None, "Currency")
        assert made.process == PROCESS


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"unknown keys 'stages' \(did you mean 'stage'\?\)"):
        formats.salesforce(stages="Stage")
    for form in (formats.salesforce, formats.salesforce_history, formats.hubspot):
        with pytest.raises(InvalidValueError, match=r"layout must be one of .*, got 'apis'; did you mean 'api'\?"):
            form(layout="apis")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_it_is_found_on_the_face() -> None:
    assert sm.formats is formats
    assert sm.formats.__all__ == sorted(sm.formats.__all__)


class TestDeletedRows:
    FORM = sm.DealFormat(id="id", stage="stage", deleted="gone")
    ACCEPT = frozenset({"missing_amount", "missing_created"})

    @pytest.mark.parametrize("cells", [["TRUE", "false"], [True, False], ["1", "0"], [1, 0], ["Yes", None]])
    def test_they_are_at_fault(self, cells: list[Any]) -> None:
        data = {"id": [1, 2], "stage": ["Qualified"] * 2, "gone": cells}
        with pytest.raises(sm.InvalidTableError) as refused:
            sm.Deals.from_columns(data, self.FORM, accept=self.ACCEPT)
        assert [str(one) for one in refused.value.problems] == [
            "gone: 1 row is marked as deleted (row 0); leave deleted rows out of the export, or set them aside"
        ]
        deals = sm.Deals.from_columns(data, self.FORM, accept=self.ACCEPT, bad_rows="set_aside")
        assert [deal.id for deal in deals] == [2]
        assert deals.set_aside[0].problems[0].detail == "the row is marked as deleted"

    def test_a_flag_that_is_none(self) -> None:
        data = {"id": [1], "stage": ["Qualified"], "gone": ["perhaps"]}
        with pytest.raises(sm.InvalidTableError, match="a flag must be true or false, got 'perhaps'"):
            sm.Deals.from_columns(data, self.FORM, accept=self.ACCEPT)

    def test_none_is_deleted(self) -> None:
        data = {"id": [1], "stage": ["Qualified"], "gone": [False]}
        assert len(sm.Deals.from_columns(data, self.FORM, accept=self.ACCEPT)) == 1


def test_words_for_categories_are_of_ours() -> None:
    with pytest.raises(InvalidValueError, match="category_words must be a known word, got 'sure'; known are 'omitted'"):
        sm.DealFormat(id="id", stage="stage", category_words={"Sure": "sure"})


def test_words_for_categories_keep_the_order_of_categories() -> None:
    form = sm.DealFormat(id="id", stage="stage", category="sure", category_words={"Forecast": "commit"})
    data = {"id": [1, 2], "stage": ["Qualified"] * 2, "sure": ["Forecast", "omitted"]}
    deals = sm.Deals.from_columns(data, form, accept={"missing_amount", "missing_created"})
    assert dict(sm.breakdown(len, deals, by="category")) == {"omitted": 1, "commit": 1}
    early = sm.breakdown(len, deals.filter(deals.category.is_in(Category.COMMIT)), by="category")
    assert dict(early) == {"commit": 1}


def read_leads(form: sm.LeadFormat, *rows: dict[str, Any], accept: set[str] | None = None) -> sm.Leads:
    """As `read`."""
    columns = {name: [row.get(name, "") for row in rows] for name in form.columns}
    assert {name for row in rows for name in row} <= set(columns)
    return sm.Leads.from_columns(columns, form, accept=accept or ())


def test_salesforce_leads() -> None:
    row = {
        "Id": "00QA", "CreatedDate": "2026-01-05T23:30:00.000Z", "LeadSource": "Web", "Status": "Open - Not Contacted",
        "Title": "CFO", "Industry": "Energy", "AnnualRevenue": "1200000", "NumberOfEmployees": "60", "OwnerId": "005A",
        "IsDeleted": "false",
    }  # fmt: skip
    converted = {
        "Id": "00QB", "Status": "Closed - Converted", "ConvertedDate": "2026-02-01", "ConvertedOpportunityId": "006A"
    }  # fmt: skip
    lost = row | {"Id": "00QC", "Status": "Closed - Not Converted", "AnnualRevenue": "", "NumberOfEmployees": ""}
    leads = read_leads(formats.salesforce_leads(zone="Europe/Paris"), row, row | converted, lost)
    assert [lead.outcome for lead in leads] == [Outcome.OPEN, Outcome.WON, Outcome.LOST]
    assert (leads[0].created, leads[0].created_at) == (date(2026, 1, 6), datetime(2026, 1, 5, 23, 30, tzinfo=UTC))
    assert leads[0].fields == {
        "title": "CFO", "industry": "Energy", "revenue": 1_200_000, "employees": 60, "owner": "005A"
    }  # fmt: skip
    assert (leads[1].opportunity, leads[1].closed, leads[1].source) == ("006A", date(2026, 2, 1), "Web")
    assert set(leads[2].fields) == {"title", "industry", "owner"}
    kept = sm.Leads.from_columns(
        {name: [(row | {"IsDeleted": "true"}).get(name, "")] for name in formats.salesforce_leads().columns},
        formats.salesforce_leads(),
        bad_rows="set_aside",
    )
    assert (len(kept), kept.set_aside[0].problems[0].rule) == (0, "deleted_row")


def test_salesforce_leads_by_fivetran() -> None:
    row = {
        "id": "00QA", "created_date": "2019-11-11 17:23:34", "lead_source": "", "status": "Converted",
        "converted_date": "2019-11-12 00:00:00", "converted_opportunity_id": "006A", "number_of_employees": "60",
        "annual_revenue": "", "owner_id": "005A", "is_deleted": "FALSE",
    }  # fmt: skip
    ends = sm.OutcomeColumn("status", won="Converted", lost="Unqualified", open="Open")
    (lead,) = read_leads(formats.salesforce_leads(layout="fivetran", outcome=ends), row)
    assert (lead.created, lead.closed, lead.outcome) == (date(2019, 11, 11), date(2019, 11, 12), Outcome.WON)
    assert lead.created_at == datetime(2019, 11, 11, 17, 23, 34, tzinfo=UTC)
    assert (lead.opportunity, lead.fields) == ("006A", {"employees": 60, "owner": "005A"})


def test_hubspot_contacts() -> None:
    row = {
        "hs_object_id": "101", "createdate": "2026-01-05T23:30:00.000Z", "hs_analytics_source": "ORGANIC_SEARCH",
        "lifecyclestage": "marketingqualifiedlead", "jobtitle": "CFO", "country": "NL", "hubspot_owner_id": "77",
    }  # fmt: skip
    won = row | {"hs_object_id": "102", "lifecyclestage": "customer", "closedate": "2026-02-01T09:00:00.000Z"}
    leads = read_leads(formats.hubspot_contacts(zone="Europe/Paris"), row, won)
    assert [(lead.outcome, lead.closed) for lead in leads] == [(Outcome.OPEN, None), (Outcome.WON, date(2026, 2, 1))]
    assert (leads[0].created, leads[0].source) == (date(2026, 1, 6), "ORGANIC_SEARCH")
    assert leads[0].fields == {"title": "CFO", "country": "NL", "owner": "77"}
    status = sm.OutcomeColumn("hs_lead_status", won="CUSTOMER", lost="UNQUALIFIED", open=("NEW", "OPEN"))
    form = formats.hubspot_contacts(outcome=status, fields={"title": "jobtitle"})
    (lost,) = read_leads(
        form, {"hs_object_id": "103", "createdate": "2026-01-05T08:00:00Z", "hs_lead_status": "UNQUALIFIED"}
    )
    assert (lost.outcome, lost.fields) == (Outcome.LOST, {})


def test_hubspot_contacts_by_fivetran() -> None:
    row = {
        "id": "101", "property_createdate": "2026-01-05 23:30:00", "property_hs_analytics_source": "PAID_SOCIAL",
        "property_lifecyclestage": "evangelist", "property_closedate": "2026-02-01 09:00:00",
        "property_jobtitle": "CFO", "_fivetran_deleted": "false",
    }  # fmt: skip
    (lead,) = read_leads(formats.hubspot_contacts(layout="fivetran"), row)
    assert (lead.created, lead.closed, lead.outcome) == (date(2026, 1, 5), date(2026, 2, 1), Outcome.WON)
    assert (lead.source, lead.fields) == ("PAID_SOCIAL", {"title": "CFO"})
    wrong: Any = "export"
    with pytest.raises(InvalidValueError, match="layout must be one of"):
        formats.hubspot_contacts(layout=wrong)
    with pytest.raises(InvalidValueError, match="did you mean 'source'"):
        formats.salesforce_leads(sauce="Web")
