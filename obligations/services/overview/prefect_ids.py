"""Where Prefect shows an obligation: its deployment's own page and its runs. Prefect may be away; then there is no link."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

import httpx

FLOW = "advance-obligation"
USER = "dondoc"
PATIENCE = 0.4
"""Seconds a page may wait for Prefect."""
KEPT, RETRIED = timedelta(minutes=10), timedelta(minutes=1)
"""How long an answer is believed, and for how long a Prefect that did not answer is left alone."""
MOST = 2_000

Ask = Callable[[str], str | None]
"""Name of a deployment to its id, None when there is none; raises ``httpx.HTTPError`` when Prefect is away."""


@dataclass
class DeploymentIds:
    """Ids of deployments, asked for once in a while. ``away_until``: Prefect did not answer and is not asked again."""

    ask: Ask
    known: dict[str, tuple[str | None, datetime]] = field(default_factory=dict)
    away_until: datetime | None = None

    def of(self, name: str, as_of: datetime) -> str | None:
        """The id, or None when Prefect does not know it or does not answer. Never call it inside a transaction."""
        found, until = self.known.get(name, (None, as_of))
        if until > as_of or (self.away_until is not None and self.away_until > as_of):
            return found
        try:
            fresh = self.ask(name)
        except (httpx.HTTPError, ValueError):
            self.away_until = as_of + RETRIED
            return found
        if len(self.known) >= MOST:
            self.known.clear()
        self.known[name] = (fresh, as_of + (KEPT if fresh else RETRIED))
        return fresh


def ask_prefect(api_url: str, password: str | None = None) -> Ask:
    """Ask the server at this address (``…/api``); nothing but a name is told and nothing but an id is read.

    ``password``: what it asks for, where it asks (``DONDOC_PREFECT_PASSWORD``).
    """
    auth = (USER, password) if password else None
    # Kept, as making one reads the certificates of the system; its connections are not, as it asks once in a while.
    alone = httpx.Limits(max_keepalive_connections=0)
    client = httpx.Client(auth=auth, timeout=PATIENCE, trust_env=False, limits=alone)

    def ask(name: str) -> str | None:
        answer = client.get(f"{api_url}/deployments/name/{FLOW}/{quote(name, safe='')}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        found = answer.raise_for_status().json().get("id")
        return found if isinstance(found, str) else None

    return ask
