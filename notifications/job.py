"""How a typed outcome passes through Apprise, whose ``notify`` only answers true or false.

``plugin.notify()`` runs ``send()`` in the caller's thread (apprise 1.13), so a ContextVar is safe with a shared plugin.
"""

from contextvars import ContextVar
from dataclasses import dataclass

from notifications.message import Mail, Outcome


@dataclass
class Job:
    """One message on its way through a plugin."""

    mail: Mail
    outcome: Outcome | None = None


JOB: ContextVar[Job | None] = ContextVar("notification_job", default=None)
