"""What a person has just asked for (a new link, an ad-hoc request) goes after the answer and does not wait for the regular round."""

import logging
from collections.abc import Callable
from datetime import datetime

from starlette.background import BackgroundTask

from obligations.services.context import App
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.deliver_claim import Only
from portal.asking import Portal

log = logging.getLogger("dondoc.portal")


def send_at_once(app: App, clock: Callable[[], datetime], only: Only, limit: int | None = None) -> None:
    """Hand over that and nothing else, at most so many; what fails is left to the regular round."""
    try:
        deliver_due(app, clock, limit=limit, only=only)
    except Exception:
        log.exception("sending at once (%s) failed; the regular round will do it", only)


def sends_at_once(portal: Portal, only: Only, limit: int | None = None) -> BackgroundTask:
    """The same as what follows an answer."""
    return BackgroundTask(send_at_once, portal.app, portal.clock, only, limit)
