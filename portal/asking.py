"""One request: which portal serves it, who asks, and whether the path needs a name."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, Response
from jinja2 import Environment

from obligations.services.access import Actor, OpenedSession, actor_of
from obligations.services.context import App

STAFF, AGENCY = "staff", "agency"
OPEN_PATHS = ("/a", "/s", "/login", "/logout", "/healthz", "/readyz", "/metrics", "/robots.txt", "/favicon.ico")
OPEN_PREFIXES = ("/a/", "/s/", "/f/", "/login/", "/static/", "/attachments/", "/hooks/")
"""Reachable without a coordinator's session: what decides there is a token, an agency's session, or nothing at all."""
NEEDS_NAME = (
    "/assignments/",
    "/requests",
    "/ledger/",
    "/calls/",
    "/batches",
    "/audit",
    "/feeds",
    "/reconcile",
    "/search",
    "/export/",
)
"""Pages with what agencies wrote or with numbers to call: never open without a name, not even on loopback."""
SIGNED = "/hooks/"
"""Posted by machines that prove themselves over the raw body: no session, no token of a page."""
READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Portal:
    """What every route needs. ``clock`` gives the present as an aware instant."""

    app: App
    clock: Callable[[], datetime]
    templates: Environment

    @property
    def is_loopback(self) -> bool:
        """Whether the address that people use is this machine itself: reading then needs no sign-in."""
        return is_loopback_host(urlsplit(self.app.settings.base_url).hostname or "")

    @property
    def is_https(self) -> bool:
        """Whether people reach the portal by https."""
        return self.app.settings.base_url.startswith("https://")

    def cookie(self, kind: str) -> str:
        """Name of a session cookie; the prefix makes browsers hold it to this host and to https."""
        return f"__Host-dondoc-{kind}" if self.is_https else f"dondoc-{kind}"


@lru_cache(maxsize=256)
def is_loopback_host(host: str) -> bool:
    """``localhost``, 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def portal_of(request: Request) -> Portal:
    """The portal that serves this request."""
    portal: Portal = request.app.state.portal
    return portal


def actor(request: Request, kind: str) -> Actor | None:
    """Who asks, by the session cookie of that kind; read once a request."""
    known: dict[str, Actor | None] = request.scope.setdefault("dondoc.actors", {})
    if kind not in known:
        known[kind] = _read_actor(request, kind)
    return known[kind]


def staff(request: Request) -> Actor | None:
    """The signed-in account, if any."""
    return actor(request, STAFF)


def coordinator(request: Request) -> Actor:
    """The signed-in coordinator; 403 for anyone else."""
    found = staff(request)
    if found is None or not found.may_act:
        raise HTTPException(403, "sign-in")
    return found


def approver(request: Request) -> Actor:
    """The signed-in *lãnh đạo duyệt*; 403 for anyone else."""
    found = staff(request)
    if found is None or not found.may_approve:
        raise HTTPException(403, "sign-in")
    return found


def agency(request: Request) -> Actor:
    """The agency of the personal link that was opened; 403 without one."""
    found = actor(request, AGENCY)
    if found is None or found.agency_id is None:
        raise HTTPException(403, "link")
    return found


Coordinator = Annotated[Actor, Depends(coordinator)]
Approver = Annotated[Actor, Depends(approver)]
Member = Annotated[Actor, Depends(agency)]


def may_read(request: Request) -> bool:
    """The rule of the whole site: open paths, a named account, or a reader on the machine itself."""
    path = request.url.path
    if path in OPEN_PATHS or path.startswith(OPEN_PREFIXES):
        return True
    if staff(request) is not None:
        return True
    return portal_of(request).is_loopback and request.method in READING and not path.startswith(NEEDS_NAME)


def give_session(request: Request, response: Response, kind: str, opened: OpenedSession) -> None:
    """Hand the browser its new secret."""
    portal = portal_of(request)
    response.set_cookie(
        portal.cookie(kind),
        opened.sid,
        max_age=opened.lives,
        path="/",
        secure=portal.is_https,
        httponly=True,
        samesite="lax",
    )


def _read_actor(request: Request, kind: str) -> Actor | None:
    portal = portal_of(request)
    sid = request.cookies.get(portal.cookie(kind))
    if not sid:
        return None
    with portal.app.read(portal.clock()) as ctx:
        found = actor_of(ctx, sid)
    if found is None or (found.agency_id is not None) != (kind == AGENCY):
        return None
    return found
