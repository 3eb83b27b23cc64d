"""The JSON interface: everything the pages do, for programs; docs/api.md tells it."""

from portal.routes.v1 import (
    assignments,
    desk,
    looking,
    notices,
    own,
    periods,
    reading,
    report_templates,
    sending,
    setup,
)

FAMILIES = (reading, looking, assignments, periods, report_templates, notices, desk, setup, own, sending)
