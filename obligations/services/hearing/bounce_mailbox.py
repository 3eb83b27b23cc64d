"""Reading the mailbox that bounces come to: IMAP, or the folder a local mail server delivers into."""

import imaplib
import ssl
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from obligations.errors import SettingsError
from obligations.services.channels.channel_kit import hosts_of
from obligations.services.context import App
from obligations.services.hearing.bounces import bounce_key
from obligations.services.hearing.inbound import store_event
from obligations.settings import Settings

TIMEOUT = 20.0
MOST_AT_ONCE = 200
LARGEST = 1 << 20
"""Octets of one message that are read; a notification's facts stand at its beginning."""


class MailboxError(Exception):
    """The mailbox cannot be read now; the text holds no secret."""


def read_bounces(app: App, clock: Callable[[], datetime]) -> int:
    """Store every new message of the mailbox, then mark it as read there; returns how many were new.

    Stored first: a crash in between reads it again, and the same message is one event.
    """
    if app.settings.bounce_url is None:
        return 0
    where = urlsplit(app.settings.bounce_url)
    source = _imap if where.scheme in ("imap", "imaps") else _maildir if where.scheme == "maildir" else None
    if source is None:
        raise SettingsError("DONDOC_BOUNCE_URL begins with imaps://, imap:// or maildir://")
    new = 0
    for raw, done in source(where, app.settings):
        with app.write(clock(), "inbound") as ctx:
            new += store_event(ctx, "mail:bounces", bounce_key(raw), raw)
        done()
    return new


Found = Iterator[tuple[bytes, Callable[[], None]]]


def _maildir(where: SplitResult, _settings: Settings) -> Found:
    folder = Path(unquote(where.path))
    if not (folder / "new").is_dir():
        raise MailboxError(f"{folder} is not a maildir: it has no folder new")
    (folder / "cur").mkdir(exist_ok=True)
    for path in sorted((folder / "new").iterdir())[:MOST_AT_ONCE]:
        with path.open("rb") as file:
            raw = file.read(LARGEST)
        yield raw, lambda path=path: _seen(path)  # type: ignore[misc]


def _seen(path: Path) -> None:
    path.rename(path.parent.parent / "cur" / f"{path.name}:2,S")


def _imap(where: SplitResult, settings: Settings) -> Found:
    host = where.hostname or ""
    if not hosts_of(settings).permits(host, where.scheme):
        raise MailboxError(f"{host} is not in DONDOC_ALLOWED_HOSTS")
    try:
        client = _connected(where, host)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxError(f"the mailbox at {host} cannot be opened: {type(error).__name__}") from None
    try:
        client.select(unquote(where.path.strip("/")) or "INBOX")
        _, found = client.uid("SEARCH", "UNSEEN")
        for uid in (found[0] or b"").split()[:MOST_AT_ONCE]:
            name = uid.decode()
            _, parts = client.uid("FETCH", name, f"(BODY.PEEK[]<0.{LARGEST}>)")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            yield raw, lambda name=name: _flag(client, name)  # type: ignore[misc]
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxError(f"the mailbox at {host} broke off: {type(error).__name__}") from None
    finally:
        try:
            client.logout()
        except (OSError, imaplib.IMAP4.error):
            client.shutdown()


def _connected(where: SplitResult, host: str) -> imaplib.IMAP4:
    if where.scheme == "imaps":
        client: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, where.port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT
        )
    else:
        client = imaplib.IMAP4(host, where.port or 143, timeout=TIMEOUT)
    try:
        client.login(unquote(where.username or ""), unquote(where.password or ""))
    except (OSError, imaplib.IMAP4.error):
        client.shutdown()
        raise
    return client


def _flag(client: imaplib.IMAP4, uid: str) -> None:
    try:
        client.uid("STORE", uid, "+FLAGS", r"(\Seen)")
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxError(f"the mailbox broke off: {type(error).__name__}") from None
