"""Tokens of Zalo official accounts: one refresh at a time, kept before it is used, and a person called in time.

A refresh token serves once. The right to use it is taken in the database first (``refreshing_since``), the request goes
without a transaction, and the new pair is stored before anybody uses it. If the answer is lost, the stored token is
tried once more; when Zalo says that it is spent, only a person's consent helps.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from models.tables import OauthToken
from notifications.http_sender import HttpSender
from notifications.kit import HostPolicy, NoToken
from notifications.message import Outcome
from notifications.zalo_oauth import Denied, Pair, ZaloApp, renew
from obligations.errors import Refused, SettingsError
from obligations.services import audit
from obligations.services.context import App, Context
from obligations.services.sealing import seal, unseal

EARLY = timedelta(hours=5)
REFRESH_LIVES = timedelta(days=90)
WARNING = timedelta(days=14)
LEASE = timedelta(seconds=60)
"""Longer than a request may take; a sender that dies in it gives the right back by then."""
_PATIENCE = 15.0
CONSENT = "Cần người có thẩm quyền kết nối lại tài khoản Zalo OA: dondoc zalo connect {oa}"
DYING = "Kết nối Zalo OA sẽ hết hiệu lực ngày {day}: kiểm tra đường truyền ra oauth.zaloapp.com hoặc kết nối lại"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Held:
    """A token in use, and the rotation it came from."""

    access: str
    version: int
    expires_at: datetime


class TokenKeeper:
    """The tokens of an installation, for channels. Threads and processes may share it."""

    def __init__(self, app: App, clock: Callable[[], datetime]) -> None:
        self._app, self._clock = app, clock
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()

    def access_token(self, oa: str) -> str:
        """A token with life left; refreshed early, while the old one still serves."""
        held = self._held.get(oa)
        if held is None or held.expires_at - self._clock() <= EARLY:
            with self._lock:
                held = self._fresh(oa)
        return held.access

    def refused(self, oa: str, token: str) -> str | None:
        """Zalo called a token invalid: another sender's newer one, or one refresh."""
        with self._lock:
            try:
                held = _stored(self._app, oa, self._clock())
                if held.access == token:
                    held = refresh(self._app, oa, held.version, self._clock)
            except NoToken:
                return None
            self._held[oa] = held
            return held.access if held.access != token else None

    def secret(self, name: str) -> str:
        """A lasting secret from the settings."""
        found = self._app.settings.channel_secret_of(name)
        if found is None:
            raise NoToken(f"DONDOC_CHANNEL_SECRETS has no {name}")
        return found

    def _fresh(self, oa: str) -> _Held:
        now = self._clock()
        held = _stored(self._app, oa, now)
        if held.expires_at - now <= EARLY:
            try:
                held = refresh(self._app, oa, held.version, self._clock)
            except NoToken:
                if held.expires_at <= now:
                    raise
        self._held[oa] = held
        return held


def refresh(app: App, oa: str, seen: int, clock: Callable[[], datetime]) -> _Held:
    """One rotation, unless somebody made it meanwhile; raises NoToken when none can be had."""
    try:
        return _refresh(app, oa, seen, clock)
    except (SettingsError, Refused) as error:
        raise NoToken(str(error)) from error


def _refresh(app: App, oa: str, seen: int, clock: Callable[[], datetime]) -> _Held:
    speaker = app.settings.zalo_app(oa)  # before a single-use token is spent
    waited = time.monotonic() + _PATIENCE
    while True:
        taken = _take_right(app, oa, seen, clock())
        if isinstance(taken, _Held):
            return taken
        if taken is not None:
            break
        if time.monotonic() > waited:
            raise NoToken(f"another process has been refreshing {oa} for too long")
        time.sleep(0.1)
    sender = HttpSender(HostPolicy(app.settings.allowed, app.settings.http_proxy))
    try:
        answer = renew(sender, speaker, taken, app.settings.zalo_oauth_url)
    finally:
        sender.close()
    return _keep(app, oa, seen, answer, clock())


def store_pair(ctx: Context, app: ZaloApp, pair: Pair, connected_by: str = "") -> OauthToken:
    """Keep a new pair and the one before it; whatever was wrong is right again."""
    row = ctx.session.get(OauthToken, app.oa, with_for_update=True)
    if row is None:
        row = OauthToken(oa=app.oa, app_id=app.app_id, updated_at=ctx.as_of)
        ctx.session.add(row)
    row.previous_access_enc, row.previous_refresh_enc = row.access_enc, row.refresh_enc
    row.access_enc, row.refresh_enc = seal(ctx.settings, pair.access), seal(ctx.settings, pair.refresh)
    row.app_id, row.version, row.refreshing_since, row.alarm = app.app_id, row.version + 1, None, ""
    row.expires_at = ctx.as_of + timedelta(seconds=pair.lives)
    row.refresh_expires_at, row.updated_at = ctx.as_of + REFRESH_LIVES, ctx.as_of
    row.connected_by = connected_by or row.connected_by
    ctx.session.flush()
    return row


_ALL = select(OauthToken).order_by(col(OauthToken.oa))


def refresh_due_tokens(app: App, clock: Callable[[], datetime]) -> int:
    """Keep every account alive though nothing is sent, and warn while there is time. Returns how many were renewed."""
    now = clock()
    with app.write(now, "tick") as ctx:
        rows = ctx.session.exec(_ALL).all()
        for row in rows:
            _warn(ctx, row)
        due = [(r.oa, r.version) for r in rows if r.expires_at is not None and r.expires_at - now <= EARLY]
    renewed = 0
    for oa, version in due:
        try:
            refresh(app, oa, version, clock)
            renewed += 1
        except NoToken as error:
            log.warning("zalo token of %s was not renewed: %s", oa, error)
    return renewed


def _warn(ctx: Context, row: OauthToken) -> None:
    dies = row.refresh_expires_at
    if not row.alarm and dies is not None and dies - ctx.as_of <= WARNING:
        row.alarm = DYING.format(day=f"{dies.astimezone(ctx.settings.zone):%d/%m/%Y}")
        audit.record(ctx, "zalo.token_dying", row.oa)


def _stored(app: App, oa: str, now: datetime) -> _Held:
    with app.read(now) as ctx:
        row = ctx.session.get(OauthToken, oa)
        if row is None or row.expires_at is None:
            raise NoToken(f"{oa} has not been connected: dondoc zalo connect {oa}")
        return _Held(_opened(app, row.access_enc), row.version, row.expires_at)


def _opened(app: App, sealed: str) -> str:
    try:
        return unseal(app.settings, sealed)
    except (SettingsError, Refused) as error:
        raise NoToken(str(error)) from error


def _take_right(app: App, oa: str, seen: int, now: datetime) -> str | _Held | None:
    """The refresh token to use; or what somebody else got meanwhile; or None while somebody else is at it."""
    with app.write(now, "zalo") as ctx:
        row = ctx.session.get(OauthToken, oa, with_for_update=True, populate_existing=True)
        if row is None or row.expires_at is None:
            raise NoToken(f"{oa} has not been connected: dondoc zalo connect {oa}")
        if row.version != seen:
            return _Held(unseal(app.settings, row.access_enc), row.version, row.expires_at)
        if row.alarm.startswith(CONSENT[:20]):
            raise NoToken(f"{oa} must be connected anew")
        if row.refreshing_since is not None and abs(now - row.refreshing_since) < LEASE:
            return None
        row.refreshing_since = now
        return unseal(app.settings, row.refresh_enc)


def _keep(app: App, oa: str, seen: int, answer: Pair | Denied | Outcome, now: datetime) -> _Held:
    with app.write(now, "zalo") as ctx:
        row = ctx.session.get_one(OauthToken, oa, with_for_update=True, populate_existing=True)
        if isinstance(answer, Pair):
            kept = store_pair(ctx, app.settings.zalo_app(oa), answer)
            return _Held(answer.access, kept.version, kept.expires_at or now)
        if row.version != seen:  # somebody has a newer pair: what was said of the old one says nothing of it
            return _Held(unseal(app.settings, row.access_enc), row.version, row.expires_at or now)
        row.refreshing_since = None
        if isinstance(answer, Denied) and answer.final:
            row.alarm = CONSENT.format(oa=oa)
            audit.record(ctx, "zalo.consent_needed", oa, code=answer.code)
    log.warning("zalo refused or did not answer a refresh of %s: %s", oa, answer.code)
    raise NoToken(f"no new token for {oa}: {answer.code}")
