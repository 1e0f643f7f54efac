"""Ready formats for exports of HubSpot: its deals, their stages and pipelines, and its contacts."""

from __future__ import annotations

from typing import Any, get_args

from salesmetrics.errors import check_word
from salesmetrics.format.deal_format import DealFormat, OutcomeColumn
from salesmetrics.format.history_format import HistoryFormat
from salesmetrics.format.lead_format import LeadFormat
from salesmetrics.format.process_format import ProcessFormat
from salesmetrics.formats._usual import Layout, format_of, lead_format, usual_process
from salesmetrics.model.stage import SalesProcess

__all__ = ["hubspot", "hubspot_contacts", "hubspot_history", "hubspot_pipelines"]


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
        "process": process or usual_process(_HUBSPOT, won="closedwon", lost="closedlost"),
    }
    return format_of(DealFormat, usual, said)


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
        "process": process or usual_process(_HUBSPOT, won="closedwon", lost="closedlost"),
    }
    return format_of(HistoryFormat, usual, said)


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
    return format_of(ProcessFormat, layouts[layout], said)


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
    return lead_format(usual, said)


_HUBSPOT = {
    "appointmentscheduled": 0.2,
    "qualifiedtobuy": 0.4,
    "presentationscheduled": 0.6,
    "decisionmakerboughtin": 0.8,
    "contractsent": 0.9,
}
