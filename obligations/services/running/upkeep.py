"""What every pass does beside sending: tokens kept alive, bounces and events understood, coordinators told."""

import logging
from collections.abc import Callable
from datetime import datetime

from obligations.errors import DondocError
from obligations.services.channels.zalo_tokens import refresh_due_tokens
from obligations.services.context import App
from obligations.services.drafting.drafts import sweep_drafts
from obligations.services.hearing.bounce_mailbox import MailboxError, read_bounces
from obligations.services.hearing.inbound import process_inbound
from obligations.services.interface.idempotency import sweep_keys
from obligations.services.interface.tell_programs import tell_programs
from obligations.services.running.service_notes import tell_coordinators

log = logging.getLogger(__name__)


def hear(app: App, clock: Callable[[], datetime]) -> None:
    """Before sending: refresh tokens, fetch bounces, understand what came; none of it may hold up the reminders."""
    _each(app, clock, refresh_due_tokens, read_bounces, process_inbound)


def tell(app: App, clock: Callable[[], datetime]) -> None:
    """After sending: tell coordinators what needs a person and programs what happened; let old drafts and keys go."""
    _each(app, clock, tell_coordinators, tell_programs, sweep_drafts, sweep_keys)


def _each(app: App, clock: Callable[[], datetime], *works: Callable[[App, Callable[[], datetime]], object]) -> None:
    for work in works:
        try:
            work(app, clock)
        except (MailboxError, DondocError, OSError) as error:
            log.warning("%s: %s", work.__name__, error)
