"""What a person waits for at the screen (a new link) goes after the answer, at any hour: at night the regular round comes once an hour."""

import logging
from collections.abc import Callable
from datetime import datetime

from starlette.background import BackgroundTask

from obligations.services.context import App
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.deliver_claim import Only
from portal.asking import Portal

log = logging.getLogger("dondoc.portal")


def send_asked(app: App, clock: Callable[[], datetime]) -> None:
    """Hand over what was asked for and nothing else; what fails is left to the regular round."""
    try:
        deliver_due(app, clock, only=Only.asked)
    except Exception:
        log.exception("sending a link at once failed; the regular round will do it")


def sends_asked(portal: Portal) -> BackgroundTask:
    """The same as what follows an answer."""
    return BackgroundTask(send_asked, portal.app, portal.clock)
