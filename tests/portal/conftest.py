"""A real server on loopback with plan 197, a clock that tests move, signed-in clients."""

import re
import secrets
import shutil
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import uvicorn
from sqlmodel import col, select

from models.tables import AccessLink, Agency, Assignment, Contact, Message, MessageItem, Obligation, Period
from obligations.services.accounts.access import ensure_sample_account, sign_in_link
from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.context import App, open_app
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.links import OF_AGENCY, personal_token, token_sha256
from obligations.services.lookup import find_period
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.running.tick import run_tick
from obligations.services.sending.outbox import WHOLE_LINK_LIVES
from obligations.settings import Settings
from plans.reading import read_plan, read_registry
from portal.application import create_app
from portal.uses import Uses
from tests.obligations.interface.receiver import HERE
from tests.plan197 import KEY
from tests.ports import free_port

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FILES = Path(__file__).parents[2] / "plans" / "files"
PLAN, REPORT = "197-kh-ubnd", "bao-cao-hang-nam"
LATE = datetime(2026, 11, 19, 9, tzinfo=HANOI)
A_DAY_LATER = LATE + timedelta(days=1)
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
TRUST = ssl.create_default_context()
"""Every client would read the certificates of the system anew."""
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The pages are the same on both databases; the services' own tests run on both."""
    path = tmp_path / "home" / "dondoc.db"
    path.parent.mkdir()
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@dataclass
class Site:
    """A running portal. ``now`` is what its clock says."""

    app: App
    url: str
    now: datetime = LATE
    clients: list[httpx.Client] = field(default_factory=list)
    uses: Uses = field(init=False)
    """What waits to be noted; written by itself within a second."""

    def client(self) -> httpx.Client:
        """A browser without a past."""
        client = httpx.Client(base_url=self.url, timeout=30, verify=TRUST)
        self.clients.append(client)
        return client

    def staff(self) -> httpx.Client:
        """A browser signed in as the sample coordinator."""
        with self.app.write(self.now, "test") as ctx:
            path = sign_in_link(ctx, ensure_sample_account(ctx))
        return self._through(path)

    def agency(self, code: str) -> httpx.Client:
        """A browser of an agency that opened a link to everything of it."""
        return self._through(f"/s/{self.whole_link(code)}")

    def by_link(self, code: str, about: str = "") -> httpx.Client:
        """A browser of an agency that opened the link of one message, and so what that message is about."""
        return self._through(f"/s/{self.link(code, about)}")

    def link(self, code: str, about: str = "") -> str:
        """The personal token of an agency's newest message; ``about``: of the newest about that assignment."""
        with self.app.read(self.now) as ctx:
            query = (
                select(Message)
                .join(Agency, col(Message.agency_id) == Agency.id)
                .join(MessageItem, col(MessageItem.message_id) == Message.id)
                .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
                .where(Agency.code == code, Message.audience == "clerk")
                .order_by(col(Message.id).desc())
            )
            message = ctx.session.exec(query.where(Assignment.public_id == about) if about else query).first()
            assert message is not None
            return personal_token(ctx.settings, message.public_id)

    def whole_link(self, code: str) -> str:
        """A token that opens everything of an agency: the row that mailing one leaves, without its message (test_links.py asks for one)."""
        token = secrets.token_urlsafe(32)
        with self.app.write(self.now, "test") as ctx:
            contact = ctx.session.exec(
                select(Contact)
                .join(Agency, col(Contact.agency_id) == Agency.id)
                .where(Agency.code == code, Contact.audience == "clerk", col(Contact.removed_at).is_(None))
                .order_by(col(Contact.id))
            ).first()
            assert contact is not None
            ctx.session.add(
                AccessLink(
                    token_sha256=token_sha256(token),
                    agency_id=contact.agency_id,
                    contact_id=contact.id,
                    purpose=OF_AGENCY,
                    created_at=ctx.as_of,
                    expires_at=ctx.as_of + WHOLE_LINK_LIVES,
                )
            )
        return token

    def period(self) -> str:
        """Public id of the 2026 report period."""
        with self.app.read(self.now) as ctx:
            return find_period(ctx, PLAN, REPORT, "2026").public_id

    def assignment(self, code: str) -> str:
        """Public id of what an agency owes for 2026."""
        with self.app.read(self.now) as ctx:
            query = (
                select(Assignment.public_id)
                .join(Agency, col(Assignment.agency_id) == Agency.id)
                .join(Period, col(Assignment.period_id) == Period.id)
                .join(Obligation, col(Period.obligation_id) == Obligation.id)
                .where(Agency.code == code, Obligation.code == REPORT, Period.label == "2026")
            )
            return ctx.session.exec(query).one()

    def confirm(self, *received: str) -> None:
        """Confirm the initial review, so that messages and links exist."""
        with self.app.write(self.now, "test") as ctx:
            confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0, received)

    def _through(self, path: str) -> httpx.Client:
        client = self.client()
        token = token_in(client.get(path))
        assert client.post(path, data={"csrf": token}).status_code == 303
        return client


def soon(holds: Callable[[], object]) -> None:
    """What the portal does by itself within a second or so; fails when it does not."""
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def token_in(response: httpx.Response) -> str:
    """The CSRF token of a page."""
    found = CSRF.search(response.text)
    assert found, response.text[:400]
    return found[1]


def key_in(response: httpx.Response) -> str:
    """The idempotency key of a form."""
    found = re.search(r'name="key" value="([^"]+)"', response.text)
    assert found
    return found[1]


@pytest.fixture
def empty_site(settings: Settings) -> Iterator[Site]:
    """A running portal without any plan."""
    yield from serve(settings, lambda _app: None)


@pytest.fixture(scope="session")
def adopted_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with plan 197 applied after the due day of 2026, that tests copy."""
    home = tmp_path_factory.mktemp("adopted")
    path = home / "dondoc.db"
    shutil.copy(sqlite_template, path)
    app = open_app(Settings(home=home, database_url=f"sqlite:///{path}", secret_key="any"))
    adopt(app)
    app.close()
    return path


@pytest.fixture(scope="session")
def chased_template(adopted_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A database that tests copy: the period confirmed with these reports, and a day later, when the others were told."""
    kept: dict[tuple[str, ...], Path] = {}

    def template(*received: str) -> Path:
        if received not in kept:
            home = tmp_path_factory.mktemp("chased")
            kept[received] = home / "dondoc.db"
            shutil.copy(adopted_template, kept[received])
            app = open_app(Settings(home=home, database_url=f"sqlite:///{kept[received]}", secret_key=KEY, **HERE))  # type: ignore[arg-type]
            Site(app, "").confirm(*received)
            run_tick(app, A_DAY_LATER)
            app.close()
        return kept[received]

    return template


@pytest.fixture
def told(settings: Settings, chased_template: Callable[..., Path]) -> Iterator[Site]:
    """Everybody has an overdue notice."""
    yield from copied(settings, chased_template())


def copied(settings: Settings, template: Path) -> Iterator[Site]:
    """A running portal on a copy of a chased database."""
    shutil.copy(template, settings.home / "dondoc.db")
    for running in serve(settings, lambda _app: None):
        running.now = A_DAY_LATER
        yield running


@pytest.fixture
def site(settings: Settings, adopted_template: Path) -> Iterator[Site]:
    """A running portal with plan 197 applied after the due day of 2026."""
    shutil.copy(adopted_template, settings.home / "dondoc.db")
    yield from serve(settings, lambda _app: None)


def serve(settings: Settings, prepare: Callable[[App], None]) -> Iterator[Site]:
    """Run the portal of these settings until the test is over."""
    port = free_port()
    app = open_app(settings.model_copy(update={"base_url": f"http://127.0.0.1:{port}"}))
    prepare(app)
    running = Site(app, f"http://127.0.0.1:{port}")
    served = create_app(app, lambda: running.now)
    running.uses = served.state.uses
    server = uvicorn.Server(uvicorn.Config(served, port=port, log_level="critical", proxy_headers=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield running
    finally:
        for client in running.clients:
            client.close()
        server.should_exit = True
        thread.join()
        app.close()


def adopt(app: App, as_of: datetime = LATE) -> None:
    """Apply registry, samples and plan 197 from 2026 on, as of a moment."""
    with app.write(as_of, "test") as ctx:
        apply_registry(ctx, read_registry(FILES / "hung-yen.yaml"))
        add_sample_contacts(ctx)
        apply_plan(ctx, read_plan(FILES / "197-kh-ubnd.yaml"), date(2026, 1, 1))
        refresh_feeds(ctx)
