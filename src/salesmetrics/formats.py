"""Ready formats for the exports of CRMs.

Each function names the columns as the system's own interface does, and takes whatever your export does otherwise as
an argument of the format: `owner=None` for a column that it lacks, `stage="Stage"` for one that is called otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, TypeVar, get_args

from salesmetrics.errors import check_word
from salesmetrics.format.cell_format import made
from salesmetrics.format.deal_format import DealFormat, OutcomeColumn
from salesmetrics.format.history_format import FieldHistoryFormat, HistoryFormat
from salesmetrics.format.lead_format import LeadFormat
from salesmetrics.format.process_format import ProcessFormat
from salesmetrics.model.stage import Outcome, SalesProcess, Stage

__all__ = [
    "dynamics",
    "hubspot",
    "hubspot_contacts",
    "hubspot_history",
    "hubspot_pipelines",
    "odoo",
    "pipedrive",
    "salesforce",
    "salesforce_field_history",
    "salesforce_history",
    "salesforce_leads",
]

Format = TypeVar("Format", DealFormat, HistoryFormat, FieldHistoryFormat, LeadFormat, ProcessFormat)

Layout: TypeAlias = Literal["api", "fivetran"]
"""How columns are called: as the system's interface does, or as Fivetran lays them down in a warehouse."""


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
    return _format(DealFormat, usual, said)


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
    return _format(HistoryFormat, usual, said)


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
    return _format(FieldHistoryFormat, usual, said)


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
    return _lead_format(usual, said, numbers=("revenue", "employees"))


def hubspot_contacts(*, layout: Layout = "api", **said: Any) -> LeadFormat:
    """Contacts of HubSpot as leads, by the internal names of their properties.

    Customers and evangelists are won; every other stage of the life cycle is open, because none of them is lost. Where
    your team marks lost ones in `hs_lead_status`, read that column as the outcome. `closedate` is the day on which a
    contact became a customer.

    Args:
        layout: "api", or "fivetran", whose times are those of UTC and carry no offset.
        **said: Arguments of `LeadFormat` that your export needs otherwise: a `zone` for the days of times, `outcome`
            for stages of your own, `fields` with what else you know.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> form = hubspot_contacts(zone="Europe/London", numbers=["revenue"], fields={"revenue": "annualrevenue"})
        >>> form.source, form.outcome.won, [*form.fields]
        ('hs_analytics_source', ('customer', 'evangelist'), ['revenue'])

    References:
        HubSpot developers: CRM API, contacts, default properties. Fivetran, schema of HubSpot: contact. Not yet seen on
        a real export.
    """
    names = {
        "id": "hs_object_id",
        "created": "createdate",
        "created_at": "createdate",
        "source": "hs_analytics_source",
        "closed": "closedate",
    }
    fields = {
        "title": "jobtitle",
        "industry": "industry",
        "country": "country",
        "persona": "hs_persona",
        "owner": "hubspot_owner_id",
    }
    check_word(layout, get_args(Layout), "layout")
    called = "property_{}".format if layout == "fivetran" else str
    own = {"id": "id", "deleted": "_fivetran_deleted"} if layout == "fivetran" else {}
    usual = {
        **{name: called(column) for name, column in names.items()},
        **own,
        "fields": {name: called(column) for name, column in fields.items()},
        "outcome": OutcomeColumn(
            called("lifecyclestage"),
            won=("customer", "evangelist"),
            lost=(),
            open=("subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "other"),
        ),
    }
    return _lead_format(usual, said)


def hubspot(
    *,
    currency: str | None = None,
    process: SalesProcess | None = None,
    layout: Layout = "api",
    **said: Any,
) -> DealFormat:
    """Deals of HubSpot, by the internal names of their properties.

    `closedate` is expected for open deals and actual for closed ones. Stages are internal ids, which in pipelines of
    your own are numbers; they say who won and lost, and a stage of probability 0 is not lost by that alone. The own
    probability is a fraction.

    Args:
        currency: Of every amount; a portal of several has `currency_column="deal_currency_code"`.
        process: Your stages by their ids, as `read_process` reads them through `hubspot_pipelines`; `None` for the
            pipeline that a new portal has.
        layout: "api", or "fivetran".
        **said: Arguments of `DealFormat` that your export needs otherwise.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> hubspot(currency="EUR").process.names[-2:]
        ('closedwon', 'closedlost')

    References:
        HubSpot developers: CRM API, deals, default properties. The layout of Fivetran was read on hashed rows; no
        export of the interface has been seen yet.
    """
    layouts: dict[str, dict[str, Any]] = {
        "api": {
            "id": "hs_object_id",
            "stage": "dealstage",
            "amount": "amount",
            "owner": "hubspot_owner_id",
            "created": "createdate",
            "close": "closedate",
            "probability": "hs_deal_stage_probability",
            "category": "hs_manual_forecast_category",
        },
        "fivetran": {
            "id": "deal_id",
            "stage": "deal_pipeline_stage_id",
            "amount": "property_amount",
            "owner": "owner_id",
            "created": "property_createdate",
            "close": "property_closedate",
            "deleted": "is_deleted",
        },
    }
    check_word(layout, layouts, "layout")
    usual = {
        **layouts[layout],
        "category_words": {"OMIT": "omitted", "Not forecasted": "omitted", "Closed won": "closed"},
        "currency": currency,
        "process": process or _process(_HUBSPOT, won="closedwon", lost="closedlost"),
    }
    return _format(DealFormat, usual, said)


def hubspot_history(*, process: SalesProcess | None = None, layout: Layout = "fivetran", **said: Any) -> HistoryFormat:
    """The stages of deals of HubSpot: a row is the entry of a deal into a stage.

    Such a history knows nothing of amounts and owners. Fivetran writes times in UTC without saying so, and they are
    taken as written; those of the interface carry their offset and need your `zone`.

    Args:
        process: Your stages by their ids, as for `hubspot`.
        layout: "fivetran" for its table of deal stages, or "api" for what a deal has in
            `propertiesWithHistory.dealstage`, a row for each entry with the deal's id beside its `timestamp` and
            `value`.
        **said: Arguments of `HistoryFormat` that your export needs otherwise.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> hubspot_history().columns
        ('deal_id', 'date_entered', 'value')

    References:
        Fivetran, schema of HubSpot: deal_stage, read on hashed rows. HubSpot developers: CRM API, deals, properties
        with history; not yet seen on a real export.
    """
    layouts = {
        "api": {"deal": "hs_object_id", "at": "timestamp", "stage": "value"},
        "fivetran": {"deal": "deal_id", "at": "date_entered", "stage": "value"},
    }
    check_word(layout, layouts, "layout")
    usual = {
        **layouts[layout],
        "process": process or _process(_HUBSPOT, won="closedwon", lost="closedlost"),
    }
    return _format(HistoryFormat, usual, said)


def hubspot_pipelines(*, layout: Layout = "api", **said: Any) -> ProcessFormat:
    """The stages of the pipelines of HubSpot, for `read_process` and from there into `hubspot(process=...)`.

    Stages go by their ids, as deals name them. One of probability 0 that is not marked as closed is open.

    Args:
        layout: "api" for rows with `id`, `displayOrder` and, out of a stage's metadata, `isClosed` and `probability`;
            or "fivetran" for its table of stages of pipelines.
        **said: Arguments of `ProcessFormat` that your export needs otherwise.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> from salesmetrics import read_process
        >>> answer = [
        ...     {"id": "1001", "displayOrder": 0, "metadata": {"isClosed": "false", "probability": "0.4"}},
        ...     {"id": "1002", "displayOrder": 1, "metadata": {"isClosed": "true", "probability": "1.0"}},
        ... ]
        >>> rows = [{**stage, **stage["metadata"]} for stage in answer]
        >>> columns = {name: [row[name] for row in rows] for name in ("id", "displayOrder", "isClosed", "probability")}
        >>> process = read_process(columns, hubspot_pipelines())
        >>> hubspot(currency="EUR", process=process).process["1001"].probability
        0.4

    References:
        HubSpot developers: CRM API, pipelines. Fivetran, schema of HubSpot: deal_pipeline_stage, read on hashed rows.
    """
    layouts: dict[str, dict[str, Any]] = {
        "api": {"stage": "id", "probability": "probability", "closed": "isClosed", "place": "displayOrder"},
        "fivetran": {
            "stage": "stage_id",
            "probability": "probability",
            "closed": "is_closed",
            "won": "closed_won",
            "place": "display_order",
            "pipeline": "pipeline_id",
        },
    }
    check_word(layout, layouts, "layout")
    return _format(ProcessFormat, layouts[layout], said)


def pipedrive(*, process: SalesProcess, currency: str | None = None, **said: Any) -> DealFormat:
    """Deals of Pipedrive, by the names of its interface. Made from its documents; not yet seen on a real export.

    `status` says who won and lost, and a deal that it calls so is put into the process's won or lost stage: Pipedrive
    leaves it where it ended. Stages are ids. Times are written in UTC without saying so, and days are taken as written.

    Args:
        process: Your stages by their ids as text, with one won and one lost stage, which Pipedrive does not have.
        currency: Of every amount; `None` reads the column `currency`.
        **said: Arguments of `DealFormat` that your export needs otherwise.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> stages = [Stage("1", 0.3), Stage("Won", 1, Outcome.WON), Stage("Lost", 0, Outcome.LOST)]
        >>> pipedrive(process=SalesProcess(stages)).currency_column
        'currency'

    References:
        Pipedrive API reference, deals: fields of a deal.
    """
    usual = {
        "id": "id",
        "stage": "stage_id",
        "amount": "value",
        "owner": "user_id",
        "created": "add_time",
        "closed": "close_time",
        "expected_close": "expected_close_date",
        "probability": "probability",
        "account": "org_id",
        "outcome": OutcomeColumn("status", won="won", lost="lost", open="open"),
        "probability_scale": "percent",
        "currency": currency,
        "currency_column": "currency" if currency is None else None,
        "process": process,
    }
    return _format(DealFormat, usual, said)


def dynamics(*, process: SalesProcess, currency: str | None = None, **said: Any) -> DealFormat:
    """Opportunities of Dynamics 365 Sales, by logical names. Made from its documents; not yet seen on a real export.

    `statecode` says who won and lost, by label or by number as text; the stage is the step of the business process. The
    amount is the estimate, also of won deals; what they brought is the value "actual_revenue".

    Args:
        process: Your steps, with one won and one lost stage.
        currency: Of every amount.
        **said: Arguments of `DealFormat` that your export needs otherwise.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> stages = [Stage("1-Qualify", 0.2), Stage("Won", 1, Outcome.WON), Stage("Lost", 0, Outcome.LOST)]
        >>> dynamics(process=SalesProcess(stages), currency="USD").expected_close
        'estimatedclosedate'

    References:
        Microsoft Dataverse, table reference: opportunity.
    """
    usual = {
        "id": "opportunityid",
        "stage": "stepname",
        "amount": "estimatedvalue",
        "owner": "ownerid",
        "created": "createdon",
        "closed": "actualclosedate",
        "expected_close": "estimatedclosedate",
        "probability": "closeprobability",
        "category": "msdyn_forecastcategory",
        "category_words": {"Committed": "commit", "Won": "closed", "Lost": "omitted"},
        "account": "parentaccountid",
        "values": {"actual_revenue": "actualvalue"},
        "outcome": OutcomeColumn("statecode", won=("Won", "1"), lost=("Lost", "2"), open=("Open", "0")),
        "probability_scale": "percent",
        "currency": currency,
        "process": process,
    }
    return _format(DealFormat, usual, said)


def odoo(*, process: SalesProcess, currency: str | None = None, **said: Any) -> DealFormat:
    """Opportunities of Odoo, by technical names. Made from its source; not yet seen on a real export.

    `won_status` says who won and lost. Versions without it archive lost deals, and exports leave archived rows out
    unless the filter shows them. `expected_revenue` is the amount, and not weighted. Times are written in UTC without
    saying so, and days are taken as written.

    Args:
        process: Your stages, with one won and one lost stage, which Odoo does not have.
        currency: Of every amount: that of the company.
        **said: Arguments of `DealFormat` that your export needs otherwise.

    Raises:
        InvalidValueError: The arguments contradict each other, or one is not known.

    Examples:
        >>> stages = [Stage("New", 0.1), Stage("Won", 1, Outcome.WON), Stage("Lost", 0, Outcome.LOST)]
        >>> odoo(process=SalesProcess(stages), currency="EUR", outcome=None).outcome is None
        True

    References:
        Odoo, addons crm and crm_enterprise: model crm.lead.
    """
    usual = {
        "id": "id",
        "stage": "stage_id",
        "amount": "expected_revenue",
        "owner": "user_id",
        "created": "create_date",
        "closed": "date_closed",
        "expected_close": "date_deadline",
        "probability": "probability",
        "account": "partner_id",
        "outcome": OutcomeColumn("won_status", won="won", lost="lost", open="pending"),
        "probability_scale": "percent",
        "currency": currency,
        "process": process,
    }
    return _format(DealFormat, usual, said)


def _format(kind: type[Format], usual: dict[str, Any], said: dict[str, Any]) -> Format:
    form: Format = made(kind, usual | said, "a format")
    return form


def _lead_format(usual: dict[str, Any], said: dict[str, Any], numbers: tuple[str, ...] = ()) -> LeadFormat:
    """A format of leads whose clocks are those of UTC, with those numbers that are still among its fields."""
    fields = said.get("fields", usual["fields"])
    usual["numbers"] = tuple(name for name in numbers if isinstance(fields, Mapping) and name in fields)
    return _format(LeadFormat, {"zone": "UTC", **usual}, said)


def _snake(name: str) -> str:
    return re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _salesforce_words(currency: str | None, process: SalesProcess | None) -> dict[str, Any]:
    """How Salesforce writes what deals and their histories have in common."""
    return {
        "probability_scale": "percent",
        "category_words": {"BestCase": "best_case", "MostLikely": "most_likely", "Forecast": "commit"},
        "currency": currency,
        "process": process or _process(_SALESFORCE, won="Closed Won", lost="Closed Lost"),
    }


def _process(chances: dict[str, float], won: str, lost: str) -> SalesProcess:
    open_stages = [Stage(name, chance) for name, chance in chances.items()]
    return SalesProcess([*open_stages, Stage(won, 1.0, Outcome.WON), Stage(lost, 0.0, Outcome.LOST)])


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
_HUBSPOT = {
    "appointmentscheduled": 0.2,
    "qualifiedtobuy": 0.4,
    "presentationscheduled": 0.6,
    "decisionmakerboughtin": 0.8,
    "contractsent": 0.9,
}
