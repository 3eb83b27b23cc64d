"""The JSON interface: everything the pages do, for programs; docs/api.md tells it."""

from portal.routes.v1 import assignments, desk, looking, notices, own, periods, reading, sending, setup

FAMILIES = (reading, looking, assignments, periods, notices, desk, setup, own, sending)
