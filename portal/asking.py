"""One request: which portal serves it, who asks, and whether the path needs a name."""

import asyncio
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Path, Request, Response
from jinja2 import Environment
from starlette.types import Scope

from obligations.rules.rights import ADMINISTRATOR, APPROVER, COORDINATOR, OBSERVER, REGISTRAR
from obligations.rules.scopes import READ
from obligations.services.accounts.access import Actor, OpenedSession, actor_in
from obligations.services.accounts.sessions import keep_awake, needs_note, session_of
from obligations.services.context import App
from obligations.services.interface.tokens import Bearer, bearer, note_uses
from portal.calls import Calls
from portal.uses import Uses

STAFF, AGENCY = "staff", "agency"
API, OWN, BEARER = "/api/", "/api/v1/own/", "bearer"
MOST_CALLS, CALLS_WITHIN = 600, timedelta(minutes=1)
"""How often one token may ask, counted in each process."""
CALENDARS = "/f/"
OPEN_PATHS = (
    "/a",
    "/s",
    "/login",
    "/logout",
    "/second",
    "/me",
    "/healthz",
    "/readyz",
    "/metrics",
    "/robots.txt",
    "/favicon.ico",
)
OPEN_PREFIXES = ("/a/", "/s/", CALENDARS, "/login/", "/me/", "/static/", "/attachments/", "/hooks/")
"""Reachable without a coordinator's session: what decides there is a token, a session of its own, or nothing at all."""
NEEDS_NAME = (
    "/assignments/",
    "/requests",
    "/ledger/",
    "/calls/",
    "/batches",
    "/audit",
    "/feeds",
    "/reconcile",
    "/asks",
    "/search",
    "/export/",
    "/accounts",
    "/programs",
    "/system",
    "/reorganise",
    "/holidays/new",
    "/report-templates",
)
"""Pages with what agencies wrote or with numbers to call: never open without a name, not even on loopback."""
SIGNED = "/hooks/"
"""Posted by machines that prove themselves over the raw body: no session, no token of a page."""
LONGEST_ADDRESS = 60
READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Portal:
    """What every route needs. ``clock`` gives the present as an aware instant."""

    app: App
    clock: Callable[[], datetime]
    templates: Environment
    writing: asyncio.Semaphore
    """Taken by whoever may write: those who wait for the database's one writer must leave threads to those who read."""

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


def uses_of(request: Request) -> Uses:
    """Where this process notes what was in use."""
    uses: Uses = request.app.state.uses
    return uses


def actor(request: Request, kind: str) -> Actor | None:
    """Who asks, by the session cookie of that kind; read once a request."""
    known: dict[str, Actor | None] = request.scope.setdefault("dondoc.actors", {})
    if kind not in known:
        known[kind] = _read_actor(request, kind) if not by_bearer(request) else _read_bearer(request, kind)
    return known[kind]


def ask_as(scope: Scope, kind: str, who: Actor | None) -> None:
    """Who asks is settled, and is not looked up."""
    scope.setdefault("dondoc.actors", {})[kind] = who


def by_bearer(request: Request) -> bool:
    """Whether a program asks with a token: of the JSON interface only, and cookies then count for nothing."""
    scheme = request.headers.get("authorization", "").partition(" ")[0]
    return request.url.path.startswith(API) and scheme.lower() == BEARER


def staff(request: Request) -> Actor | None:
    """The signed-in account, if any."""
    return actor(request, STAFF)


def writes_to_agencies(request: Request) -> bool:
    """Whether a coordinator asks: addresses are personal, and everybody else sees them masked."""
    found = staff(request)
    return found is not None and found.may_act


class Having:
    """A dependency: the signed-in account under the name it acts by, when it may use one of these roles; 403 otherwise.

    The page of rights (docs/rights.md) is read off these.
    """

    def __init__(self, *roles: str) -> None:
        self.roles = roles

    async def __call__(self, request: Request) -> Actor:
        """Who acts; the gate has read it."""
        found = staff(request)
        if found is None:
            raise HTTPException(403, "sign-in")
        return acting(found, *self.roles)


class Scoped(Having):
    """The same for the JSON interface: a token must carry the scope as well; a signed-in account needs its role only."""

    def __init__(self, scope: str, *roles: str) -> None:
        super().__init__(*roles)
        self.scope = scope

    async def __call__(self, request: Request) -> Actor:
        """Who acts."""
        check_scope(request, self.scope)
        return await super().__call__(request)


def check_scope(request: Request, scope: str) -> None:
    """403 for a token that does not carry the scope."""
    found = token_of(request)
    if found is not None and scope not in found.scopes:
        raise HTTPException(403, f"scope:{scope}")


def token_of(request: Request) -> Bearer | None:
    """The token that asks, once the gate has read it; None for a session or nobody."""
    found: Bearer | None = request.scope.get("dondoc.bearer")
    return found


def acting(who: Actor, *roles: str) -> Actor:
    """The asker as the first of these roles; 403 with the roles that would do, for a route that asks for more."""
    if not who.roles.intersection(roles):
        raise HTTPException(403, f"role:{','.join(roles)}")
    return who.acting(*roles)


async def named(request: Request) -> Actor:
    """The signed-in account whatever its roles, for its own things; 403 without one."""
    found = staff(request)
    if found is None:
        raise HTTPException(403, "sign-in")
    return found


async def agency(request: Request) -> Actor:
    """The agency of the personal link that was opened; 403 without one."""
    found = actor(request, AGENCY)
    if found is None or found.agency_id is None:
        raise HTTPException(403, "link")
    return found


Coordinator = Annotated[Actor, Depends(Having(COORDINATOR))]
"""Decides about reports and notices."""
Approver = Annotated[Actor, Depends(Having(APPROVER))]
"""Lãnh đạo duyệt."""
Registrar = Annotated[Actor, Depends(Having(COORDINATOR, REGISTRAR))]
"""Records what came in and the numbers of letters: văn thư, or a coordinator."""
Administrator = Annotated[Actor, Depends(Having(ADMINISTRATOR))]
"""Accounts, keys, the installation itself."""
Keeper = Annotated[Actor, Depends(Having(COORDINATOR, ADMINISTRATOR))]
"""What both look after: stopping notices, days off, agencies, addresses of calendars."""
Approving = Annotated[Actor, Depends(Having(APPROVER, ADMINISTRATOR))]
"""The second of two who destroy what nobody may read."""
Responsible = Annotated[Actor, Depends(Having(COORDINATOR, APPROVER))]
"""Who may say that a report was no secret."""
Auditor = Annotated[Actor, Depends(Having(COORDINATOR, APPROVER, ADMINISTRATOR, OBSERVER))]
"""Reads what everybody did: not the văn thư."""
RowNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""The number of a row in an address, as large as a database takes it."""
Named = Annotated[Actor, Depends(named)]
Member = Annotated[Actor, Depends(agency)]


def may_read(request: Request) -> bool:
    """The rule of the whole site: open paths, a named account, or a reader on the machine itself."""
    path = request.url.path
    if path in OPEN_PATHS or path.startswith(OPEN_PREFIXES):
        return True
    token = token_of(request)
    if token is not None and request.method in READING and READ not in token.scopes:
        raise HTTPException(403, f"scope:{READ}")
    if token is not None and token.actor.agency_id is not None:
        if not path.startswith(OWN):
            raise HTTPException(403, "account-token")
        return True
    who = staff(request)
    if who is not None and (who.roles or request.method not in READING):
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
    now = portal.clock()
    with portal.app.read(now) as ctx:
        session = session_of(ctx, sid)
        found = actor_in(ctx, session) if session is not None else None
        sleeps = session is not None and needs_note(session, now)
    if found is None or (found.agency_id is not None) != (kind == AGENCY):
        return None
    if sleeps:
        uses_of(request).note(keep_awake, found.session, now)
    return found


def _read_bearer(request: Request, kind: str) -> Actor | None:
    """Whose token it is, as that account or agency; 401 for one that is not or no longer known, 429 when it asks too often."""
    found = token_of(request) or _known_token(request)
    return found.actor if (found.actor.agency_id is not None) == (kind == AGENCY) else None


def _known_token(request: Request) -> Bearer:
    portal = portal_of(request)
    now = portal.clock()
    with portal.app.read(now) as ctx:
        found = bearer(ctx, request.headers["authorization"][len(BEARER) :].strip())
    if found is None:
        raise HTTPException(401, "token", {"WWW-Authenticate": 'Bearer realm="dondoc", error="invalid_token"'})
    calls: Calls = request.app.state.calls
    if not calls.take(str(found.token_id), now):
        raise HTTPException(429, "often", {"Retry-After": str(int(CALLS_WITHIN.total_seconds()))})
    if found.needs_note:
        uses_of(request).note(note_uses, found.token_id, now)
    request.scope["dondoc.bearer"] = found
    return found


def client_of(request: Request) -> str:
    """The address of the network that asks.

    The portal listens on loopback alone. Where its own address is elsewhere, a reverse proxy stands in front, and the last
    address of ``X-Forwarded-For`` is the one that it saw itself; those before it anybody may have written.
    """
    if not portal_of(request).is_loopback:
        seen = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
        if seen:
            return seen[:LONGEST_ADDRESS]
    return request.client.host if request.client else ""


def session_secret(request: Request) -> str:
    """The secret of a named account's session, as its browser keeps it; empty without one."""
    return request.cookies.get(portal_of(request).cookie(STAFF), "")
