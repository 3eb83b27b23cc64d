"""The JSON interface: everything the pages do, for programs; docs/api.md tells it."""

from portal.routes.v1 import (
    assignments,
    desk,
    edited_report,
    looking,
    notices,
    own,
    periods,
    reading,
    report_templates,
    sending,
    setup,
)

FAMILIES = (reading, looking, assignments, periods, report_templates, edited_report, notices, desk, setup, own, sending)
