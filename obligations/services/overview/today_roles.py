"""Việc hôm nay by role: nobody is shown work that only another may do."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from obligations.rules.rights import ADMINISTRATOR, APPROVER, COORDINATOR, OBSERVER, REGISTRAR
from obligations.services.overview.today import Today

_KNOWN = frozenset({"awaiting", "batches", "due"})
"""What everybody of the office needs to know of: duties without an owner, what goes today, what ends soon."""
NOTHING: dict[str, Any] = {
    "awaiting": [], "stated": [], "to_confirm": [], "batches": [], "troubles": [], "failed": 0, "drafts": 0, "held": [],
    "held_others": 0, "to_review": [], "due": [], "calls": [], "asks": 0, "recalled": [], "contacts": [], "apart": [],
    "submitted": 0, "reports_to_approve": [], "reports_to_number": [], "reports_off_template": [],
    "planned": 0,
}  # fmt: skip
"""Every kind of work as it is when there is none."""
SEEN = {
    APPROVER: _KNOWN | {"submitted", "reports_to_approve", "apart"},
    REGISTRAR: frozenset({"held", "held_others", "stated", "reports_to_number", "due"}),
    OBSERVER: _KNOWN,
    ADMINISTRATOR: frozenset(NOTHING) - {"asks", "contacts", "stated"},
}
"""An administrator reads everything, but what only coordinators answer."""


def for_roles(work: Today, roles: Collection[str]) -> Today:
    """What these roles do or need to know. Everything for a coordinator, and without a name."""
    if not roles or COORDINATOR in roles:
        return work
    seen = frozenset[str]().union(*(SEEN.get(role, frozenset()) for role in roles))
    return replace(work, **{name: none for name, none in NOTHING.items() if name not in seen})
