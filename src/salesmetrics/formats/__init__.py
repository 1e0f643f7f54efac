# Ready formats: how CRMs call the columns of their exports and write the cells, each file for one system.
# What lives here is data: it makes formats, and reads nothing.
"""Ready formats for the exports of CRMs.

Each function names the columns as the system's own interface does, and takes whatever your export does otherwise as
an argument of the format: `owner=None` for a column that it lacks, `stage="Stage"` for one that is called otherwise.
"""

from __future__ import annotations

from salesmetrics.formats._dynamics import dynamics
from salesmetrics.formats._hubspot import hubspot, hubspot_contacts, hubspot_history, hubspot_pipelines
from salesmetrics.formats._odoo import odoo
from salesmetrics.formats._pipedrive import pipedrive
from salesmetrics.formats._salesforce import (
    salesforce,
    salesforce_field_history,
    salesforce_history,
    salesforce_leads,
)
from salesmetrics.formats._usual import Layout as Layout

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
