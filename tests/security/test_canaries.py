"""Sixty-four secrets, planted by really using the portal: found nowhere but with whom they were given to."""

import base64
import io
import logging
import re
import sqlite3
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlmodel import col, select

from models.tables import Account, Agency, Message
from obligations.rules.webhooks import KINDS
from obligations.services.accounts.access import account_by_name, create_account, ensure_sample_account, sign_in_link
from obligations.services.accounts.second_factor import begin_setup, confirm_setup
from obligations.services.audit import record
from obligations.services.care.backup import make_backup
from obligations.services.feeds.access import issue_token as issue_feed
from obligations.services.interface.tokens import issue_agency_token, issue_token
from obligations.services.interface.webhooks import add_webhook
from obligations.services.leaving.export import export_everything
from obligations.services.links import personal_token
from obligations.services.running.tick import run_tick
from obligations.settings import Settings
from portal.application import create_app
from portal.serve import MaskTokens
from tests.obligations.interface.receiver import HERE
from tests.portal.conftest import Site, adopt, serve
from tests.portal.pages import AGENCY, STAFF, STRANGER, live
from tests.portal.rights import TOKEN, rights

WANTED = 64
OWN = "canary"
SETTINGS = {
    "secret_key": "canary-secret-key-0123456789abcdef",
    "encryption_keys": Fernet.generate_key().decode(),
    "mail_url": "vnmail://canary-user:canary-mail-password@127.0.0.1:9/?from=canary@x.example",
    "webhook_url": "json://127.0.0.1:9/canary-webhook-path",
    "channel_secrets": "zalobot:bot=canary-bot-token esms:brand=canary-esms-key:canary-esms-secret",
    "zalo_accounts": "123=456:canary-zalo-app-secret:canary-zalo-oa-secret",
    "bounce_url": "imaps://bounce:canary-bounce-password@127.0.0.1:9/INBOX",
    "bounce_secret": "canary-bounce-hook-secret",
    "oidc_issuer": "http://127.0.0.1:9",
    "oidc_client_id": "dondoc",
    **HERE,
    "oidc_client_secret": "canary-oidc-secret",
}


@pytest.fixture
def office(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """A portal whose every setting that may hold a secret holds one."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "dondoc.db").write_bytes(sqlite_template.read_bytes())
    yield from serve(Settings(home=home, database_url=f"sqlite:///{home / 'dondoc.db'}", **SETTINGS), adopt)  # type: ignore[arg-type]


class OwnClient(logging.Filter):
    """The test asks in this very process: what its own client says is no log of ours, save while we ask others."""

    asking = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep or drop."""
        return self.asking or not record.name.startswith(("httpx", "httpcore"))


@pytest.fixture
def own() -> OwnClient:
    return OwnClient()


@pytest.fixture
def log(own: OwnClient) -> Iterator[io.StringIO]:
    """Everything any logger says, down to DEBUG, with the filter that the portal's own access log has."""
    kept, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(kept)
    handler.addFilter(MaskTokens())
    handler.addFilter(own)
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(handler)
    root.setLevel(before)


def configured() -> set[str]:
    """The secrets of the settings, each by itself."""
    words = " ".join(SETTINGS.values())
    return {SETTINGS["encryption_keys"], *re.findall(r"canary-(?!user)[a-z0-9-]+", words)}


def planted(site: Site) -> set[str]:
    """Tokens, links, sessions, codes and keys that are given to somebody once."""
    with site.app.write(site.now, "test") as ctx:
        account = ensure_sample_account(ctx).name
        found = {issue_token(ctx, account, f"{OWN} {n}", 30).secret for n in range(6)}
        found |= {issue_agency_token(ctx, "so-y-te", f"{OWN} {n}", 30, ["read"]).secret for n in range(4)}
        found |= {issue_feed(ctx, code) for code in ("so-y-te", "so-noi-vu", "so-tu-phap", "so-cong-thuong")}
        found |= {
            add_webhook(ctx, f"{OWN} {n}", "http://127.0.0.1:9/", list(KINDS)).secret.removeprefix("whsec_")
            for n in range(3)
        }
        messages = ctx.session.exec(select(Message.public_id).order_by(col(Message.id)).limit(20)).all()
        found |= {personal_token(ctx.settings, public_id) for public_id in messages}
        for n in range(4):
            create_account(ctx, f"nguoi-{n}", f"Người {n}", f"n{n}@x.example", "observer")
            found.add(sign_in_link(ctx, account_by_name(ctx, f"nguoi-{n}")).rsplit("/", 1)[1])
        setup = begin_setup(ctx, "nguoi-0")
        codes = (
            confirm_setup(
                ctx,
                "nguoi-0",
                TOTP(base64.b32decode(setup.secret), 6, SHA1(), 30).generate(int(site.now.timestamp())).decode(),
            )
            or []
        )
    return {*found, setup.secret, *codes}


def sessions(*clients: httpx.Client) -> set[str]:
    return {c.value for client in clients for c in client.cookies.jar if c.value}


def spelt(secret: str) -> set[bytes]:
    """As it stands, in hex, in base64 and in an address."""
    plain = secret.encode()
    coded = base64.b64encode(plain).rstrip(b"=")
    return {plain, plain.hex().encode(), quote(secret, safe="").encode(), *({coded[:-1]} if len(coded) > 16 else set())}


def shown(site: Site, clients: dict[str, httpx.Client], paths: dict[str, set[str]]) -> Iterator[tuple[str, bytes]]:
    """Every page, document and answer that everybody may ask for, with its headers."""
    for who, several in paths.items():
        for path in sorted(several):
            answer = clients[who].get(path)
            yield f"{who} {path}", answer.content + str(dict(answer.headers)).encode()
            if answer.content[:2] == b"PK":
                with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
                    yield from ((f"{path}!{name}", package.read(name)) for name in package.namelist())


def kept(site: Site, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The database as it lies there and row by row, every other file but the keys, the backup, the full export."""
    path = site.app.settings.home / "dondoc.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield "database", "\n".join(database.iterdump()).encode()
    for file in site.app.settings.home.rglob("*"):
        if file.is_file() and file.name not in ("secret.key", "encryption.key"):
            yield file.name, file.read_bytes()
    made = make_backup(site.app.settings, folder, site.now)
    with tarfile.open(made.archive) as archive:
        for member in archive.getmembers():
            inner = archive.extractfile(member)
            if inner is not None:
                yield f"backup!{member.name}", inner.read()
    with zipfile.ZipFile(export_everything(site.app, folder, site.now, "test").path) as package:
        yield from ((f"export!{name}", package.read(name)) for name in package.namelist())


def test_no_secret_is_found_where_it_does_not_belong(
    office: Site, own: OwnClient, log: io.StringIO, tmp_path: Path
) -> None:
    world = live(office)
    secrets = configured() | planted(office) | sessions(world.clients[STAFF], world.clients[AGENCY])
    assert len(secrets) >= WANTED, len(secrets)
    with office.app.write(office.now, "test") as ctx:
        record(ctx, "period.opened", office.period(), label="2026")
    own.asking = True
    for later in (1, 2):
        office.now += timedelta(hours=later)
        run_tick(
            office.app, office.now
        )  # channels, mailbox, webhooks and provider that are not there: errors to be told
    own.asking = False
    clients = {**world.clients, "bearer": office.client()}
    clients["bearer"].headers["authorization"] = "Bearer dondoc_wrong"
    assert clients[STRANGER].get("/login/oidc").status_code < 500
    routes = [
        row for row in rights(create_app(office.app, lambda: office.now)) if row.method == "GET" and "{" not in row.path
    ]
    paths = {
        who: {p.path for several in world.pages.values() for p in several if p.who == who} for who in world.clients
    }
    paths[STAFF] |= {row.path for row in routes if not row.who.startswith(TOKEN)} | exports(office)
    paths[STAFF] |= {
        "/api/v1/audit?limit=200",
        "/api/v1/messages?limit=200",
        "/nowhere",
        "/metrics",
        "/api/openapi.json",
    }
    paths[STRANGER] |= {"/healthz", "/readyz", "/metrics", "/nowhere", f"/f/p/197-kh-ubnd/{OWN}.ics"}
    paths["bearer"] = {"/api/v1/status"}
    places = [*shown(office, clients, paths), *kept(office, tmp_path), ("log", log.getvalue().encode())]
    assert len(places) > 120
    found = sorted(
        {(where, secret) for secret in secrets for where, said in places for form in spelt(secret) if form in said}
    )
    mine = {
        (f"{STRANGER} /s/{token}", token) for token in secrets
    }  # the address that was opened, in the form of its own page
    assert [hit for hit in found if hit not in mine] == []


def exports(site: Site) -> set[str]:
    names = ("contacts", "feeds", "agencies", "holidays", "messages", "audit", "periods")
    return {f"/export/{name}.{form}" for name in names for form in ("csv", "xlsx")} | {
        f"/ledger/{site.period()}/so-theo-doi.docx",
        f"/calls/{site.period()}/danh-sach-goi.docx",
        f"/periods/{site.period()}/chua-gui.docx",
    }


def test_the_search_would_find_one(office: Site, tmp_path: Path) -> None:
    """The method is proved on a secret that is put where it does not belong."""
    with office.app.write(office.now, "test") as ctx:
        agency = ctx.session.exec(select(Agency).limit(1)).one()
        agency.source = "canary-planted-by-hand"
        assert ctx.session.exec(select(Account)).all() is not None
    places = list(kept(office, tmp_path))
    for secret in ("canary-planted-by-hand",):
        hits = {where for where, said in places for form in spelt(secret) if form in said}
        assert {"database", "dondoc.db"} <= hits
        assert any(where.startswith("backup!") for where in hits)
