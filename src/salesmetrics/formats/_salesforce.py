"""Ready formats for exports of Salesforce: its opportunities, their histories, and its leads."""

from __future__ import annotations

import re
from typing import Any, get_args

from salesmetrics.errors import check_word
from salesmetrics.format.deal_format import DealFormat, OutcomeColumn
from salesmetrics.format.history_format import FieldHistoryFormat, HistoryFormat
from salesmetrics.format.lead_format import LeadFormat
from salesmetrics.formats._usual import Layout, format_of, lead_format, usual_process
from salesmetrics.model.stage import SalesProcess

__all__ = ["salesforce", "salesforce_field_history", "salesforce_history", "salesforce_leads"]


def salesforce(
    *,
    currency: str | None = None,
    process: SalesProcess | None = None,
    layout: Layout = "api",
    **said: Any,
) -> DealFormat:
    """Opportunities of Salesforce, as Data Loader and reports of API names write them.

    `CloseDate` is expected for open deals and actual for closed ones. Stages say who won and lost; the own probability
    is in percent. Days of `CreatedDate` depend on a zone: name yours as `zone`, since the times are written in UTC. In
    files of the layout of Fivetran they carry no offset, and such days are taken as written.

    Args:
        currency: Of every amount; an org of several has `currency_column="CurrencyIsoCode"`.
        process: Your stages, as in the setup of opportunity stages; `None` for those that a new org has.
        layout: "api", or "fivetran".
        **said: Arguments of `DealFormat` that your export needs otherwise.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> form = salesforce(currency="USD", zone="Europe/London")
        >>> form.close, form.probability_scale, form.process["Negotiation/Review"].probability
        ('CloseDate', 'percent', 0.9)

    References:
        Salesforce Object Reference: Opportunity. Proved on an export of a developer org.
    """
    layouts: dict[str, dict[str, Any]] = {
        "api": {
            "id": "Id",
            "stage": "StageName",
            "amount": "Amount",
            "owner": "OwnerId",
            "created": "CreatedDate",
            "close": "CloseDate",
            "probability": "Probability",
            "category": "ForecastCategoryName",
            "account": "AccountId",
            "deleted": "IsDeleted",
        },
        "fivetran": {
            "id": "id",
            "stage": "stage_name",
            "amount": "amount",
            "owner": "owner_id",
            "created": "created_date",
            "close": "close_date",
            "probability": "probability",
            "category": "forecast_category_name",
            "account": "account_id",
            "deleted": "is_deleted",
        },
    }
    check_word(layout, layouts, "layout")
    usual = {
        **layouts[layout],
        **_salesforce_words(currency, process),
    }
    return format_of(DealFormat, usual, said)


def salesforce_history(
    *,
    currency: str | None = None,
    process: SalesProcess | None = None,
    layout: Layout = "api",
    **said: Any,
) -> HistoryFormat:
    """The history of opportunities of Salesforce: a full row at each change of stage, amount, close date or chance.

    It does not tell the owner. A blank cell means that the field was blank then. `CloseDate` is the day that was
    expected, and for a closed opportunity the day of closing, which may lie years before the change that says so.

    Args:
        currency: Of every amount; an org of several has `currency_column="CurrencyIsoCode"`.
        process: Your stages, as for `salesforce`.
        layout: "api" for the object OpportunityHistory, or "fivetran" for opportunities in history mode, in which every
            row is the whole opportunity from `_fivetran_start` on; the ends of rows are not read.
        **said: Arguments of `HistoryFormat` that your export needs otherwise, `zone` for one.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> form = salesforce_history(currency="USD", zone="Europe/London")
        >>> form.gaps, form.tracked
        ('cleared', ('stage', 'amount', 'expected_close', 'probability', 'category'))

    References:
        Salesforce Object Reference: OpportunityHistory. Proved on an export of a developer org.
    """
    layouts: dict[str, dict[str, Any]] = {
        "api": {
            "deal": "OpportunityId",
            "at": "CreatedDate",
            "stage": "StageName",
            "amount": "Amount",
            "expected_close": "CloseDate",
            "probability": "Probability",
            "category": "ForecastCategory",
            "deleted": "IsDeleted",
        },
        "fivetran": {
            "deal": "id",
            "at": "_fivetran_start",
            "stage": "stage_name",
            "amount": "amount",
            "expected_close": "close_date",
            "probability": "probability",
            "category": "forecast_category_name",
            "owner": "owner_id",
            "deleted": "is_deleted",
        },
    }
    check_word(layout, layouts, "layout")
    usual = {**layouts[layout], "gaps": "cleared", **_salesforce_words(currency, process)}
    return format_of(HistoryFormat, usual, said)


def salesforce_field_history(
    *, currency: str | None = None, process: SalesProcess | None = None, **said: Any
) -> FieldHistoryFormat:
    """The field history of opportunities of Salesforce: a row at each change of a field that the org tracks.

    Made from its documents; not yet seen on a real export. An export with fields of your own is read when `ignored`
    names them too. A change of the owner comes in two rows, one with names and one with ids: leave one kind out of the
    export, and name `"Owner": "owner"` among `fields` instead of `ignored`.

    Args:
        currency: Of every amount.
        process: Your stages, as for `salesforce`.
        **said: Arguments of `FieldHistoryFormat` that your export needs otherwise.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> salesforce_field_history(currency="USD", ignored=["created", "Owner", "NextStep"]).tracked
        ('stage', 'amount', 'expected_close', 'probability', 'category')

    References:
        Salesforce Object Reference: OpportunityFieldHistory.
    """
    usual = {
        "deal": "OpportunityId",
        "at": "CreatedDate",
        "field": "Field",
        "old": "OldValue",
        "new": "NewValue",
        "fields": {
            "StageName": "stage",
            "Amount": "amount",
            "CloseDate": "expected_close",
            "Probability": "probability",
            "ForecastCategoryName": "category",
        },
        "ignored": ("created", "opportunityCreatedFromLead", "Owner"),
        "deleted": "IsDeleted",
        **_salesforce_words(currency, process),
    }
    return format_of(FieldHistoryFormat, usual, said)


def salesforce_leads(*, layout: Layout = "api", **said: Any) -> LeadFormat:
    """Leads of Salesforce, with the status that a new org gives them.

    A converted lead is won here, because its list says no more of it: it has become a contact, an account and mostly
    an opportunity, which is its `opportunity` and may still be lost. The day of the conversion is that of closing; when
    a lead was lost, the list does not say. `CreatedDate` is the instant at which a lead came in too.

    Args:
        layout: "api", or "fivetran", whose times are those of UTC and carry no offset.
        **said: Arguments of `LeadFormat` that your export needs otherwise: a `zone` for the days of times, `outcome`
            for a status of your own, `fields` with what else you know.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> form = salesforce_leads(zone="Europe/London")
        >>> form.opportunity, form.outcome.won, [*form.fields]
        ('ConvertedOpportunityId', ('Closed - Converted',), ['title', 'industry', 'revenue', 'employees', 'owner'])

    References:
        Salesforce Object Reference: Lead. Proved on an export of a developer org; the layout of Fivetran was read on
        hashed rows.
    """
    names = {
        "id": "Id",
        "created": "CreatedDate",
        "created_at": "CreatedDate",
        "source": "LeadSource",
        "closed": "ConvertedDate",
        "opportunity": "ConvertedOpportunityId",
        "deleted": "IsDeleted",
    }
    fields = {
        "title": "Title",
        "industry": "Industry",
        "revenue": "AnnualRevenue",
        "employees": "NumberOfEmployees",
        "owner": "OwnerId",
    }
    check_word(layout, get_args(Layout), "layout")
    called = _snake if layout == "fivetran" else str
    usual = {
        **{name: called(column) for name, column in names.items()},
        "fields": {name: called(column) for name, column in fields.items()},
        "outcome": OutcomeColumn(
            called("Status"),
            won="Closed - Converted",
            lost="Closed - Not Converted",
            open=("Open - Not Contacted", "Working - Contacted"),
        ),
    }
    return lead_format(usual, said, numbers=("revenue", "employees"))


def _salesforce_words(currency: str | None, process: SalesProcess | None) -> dict[str, Any]:
    """How Salesforce writes what deals and their histories have in common."""
    return {
        "probability_scale": "percent",
        "category_words": {"BestCase": "best_case", "MostLikely": "most_likely", "Forecast": "commit"},
        "currency": currency,
        "process": process or usual_process(_SALESFORCE, won="Closed Won", lost="Closed Lost"),
    }


def _snake(name: str) -> str:
    return re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()


_SALESFORCE = {
    "Prospecting": 0.1,
    "Qualification": 0.1,
    "Needs Analysis": 0.2,
    "Value Proposition": 0.5,
    "Id. Decision Makers": 0.6,
    "Perception Analysis": 0.7,
    "Proposal/Price Quote": 0.75,
    "Negotiation/Review": 0.9,
}
