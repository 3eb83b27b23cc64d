"""Every route by every role: the table of docs/rights.md, the code and what really happens agree."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from obligations.rules.rights import ROLES
from obligations.services.accounts.access import account_by_name, create_account, open_staff_session, sign_in_link
from obligations.services.accounts.handovers import HandoverDraft, hand_over
from obligations.services.context import App, open_app
from obligations.settings import Settings
from portal.application import create_app
from tests.portal.conftest import LATE, Site, token_in
from tests.portal.rights import MEMBER, NAMED, OPEN, PAGE, TOKEN, Right, markdown, rights

HOST = "https://baocao.hungyen.example"
EMPTY_HANDED = "none"
ENDS_ITSELF = ("/logout",)


@pytest.fixture
def public(settings: Settings) -> Iterator[App]:
    """An installation behind a real address, with one account of each role and one that handed its role over."""
    app = open_app(settings.model_copy(update={"base_url": HOST}))
    with app.write(LATE, "test") as ctx:
        for role in ROLES:
            create_account(ctx, role, role, f"{role}@x.example", role)
        create_account(ctx, EMPTY_HANDED, "Đã bàn giao", "none@x.example", "coordinator")
        draft = HandoverDraft(
            EMPTY_HANDED,
            "coordinator",
            ["coordinator"],
            LATE.date(),
            None,
            transfer=True,
            reason="nghỉ",
            document="1/QĐ",
        )
        hand_over(ctx, draft)
    yield app
    app.close()


def test_the_page_of_rights_is_what_the_routes_ask_for(public: App) -> None:
    rows = rights(create_app(public, lambda: LATE))
    assert PAGE.read_text(encoding="utf-8") == markdown(rows), "python -m tests.portal.rights, then read what changed"


def expected(right: Right, role: str) -> bool | None:
    """Whether this role may; None where something else decides."""
    if right.who in (OPEN, MEMBER) or right.path in ENDS_ITSELF:
        return right.who != MEMBER if right.who == MEMBER else None
    if right.who == NAMED:
        return True
    return role in right.roles


def test_every_route_keeps_to_its_row_for_every_role(public: App) -> None:
    site = create_app(public, lambda: LATE)
    rows = rights(site)
    sessions = {}
    for name in (*ROLES, EMPTY_HANDED):
        with public.write(LATE, "test") as ctx:
            path = sign_in_link(ctx, account_by_name(ctx, name))
            sessions[name] = open_staff_session(ctx, path.removeprefix("/login/")).sid

    async def walk() -> list[tuple[str, str, str, int]]:
        wrong = []
        for name, sid in sessions.items():
            cookies = {"__Host-dondoc-staff": sid}
            async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url=HOST, cookies=cookies) as client:
                csrf = token_in(await client.get("/me"))
                for row in rows:
                    may = expected(row, name)
                    path = re.sub(r"\{[^}]+\}", "x", row.path)
                    data = {"csrf": csrf} if row.method != "GET" else None
                    if row.who == MEMBER or row.who.startswith(TOKEN):
                        may = False
                    if may is None:
                        continue
                    answer = await client.request(row.method, path, data=data)
                    assert answer.status_code < 500, (row, name)
                    if (answer.status_code != 403) is not may:
                        wrong.append((row.method, row.path, name, answer.status_code))
        return wrong

    assert asyncio.run(walk()) == []
    assert len(rows) > 80


def test_a_stranger_reaches_only_what_is_open(public: App) -> None:
    site = create_app(public, lambda: LATE)

    async def walk() -> list[tuple[str, str, int]]:
        reached = []
        async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url=HOST) as client:
            for row in rights(site):
                path = re.sub(r"\{[^}]+\}", "x", row.path)
                answer = await client.request(row.method, path)
                if answer.status_code != 403 and row.who != OPEN:
                    reached.append((row.method, row.path, answer.status_code))
        return reached

    assert asyncio.run(walk()) == []


def role_client(site: Site, role: str) -> httpx.Client:
    """A browser signed in as an account of one role."""
    with site.app.write(site.now, "test") as ctx:
        create_account(ctx, f"mot-{role}", f"Người {role}", f"{role}@x.example", role)
        path = sign_in_link(ctx, account_by_name(ctx, f"mot-{role}"))
    return site._through(path)


def test_the_registrar_records_and_does_nothing_else(site: Site) -> None:
    site.confirm()
    vanthu, path = role_client(site, "registrar"), f"/assignments/{site.assignment('so-tu-phap')}"
    page = vanthu.get(path)
    assert "Ghi nhận thay cơ quan" in page.text
    assert "Gia hạn" not in page.text
    assert "Đủ điều kiện tổng hợp</button>" not in page.text
    form = {"csrf": token_in(page), "key": "mot-khoa-rieng", "form": "signed", "channel": "document_system"}
    form |= {"document_number": "45/BC-STP", "document_on": "19/11/2026", "arrived_on": "19/11/2026"}
    assert vanthu.post(f"{path}/record", data=form).status_code == 303
    refused = vanthu.post(f"{path}/exempt", data={"csrf": form["csrf"], "reason": "x"})
    assert refused.status_code == 403
    assert "Chuyên viên theo dõi, tổng hợp" in refused.text
    basis = f"/periods/{site.period()}/basis"
    assert vanthu.post(basis, data={"csrf": form["csrf"], "basis": "plan"}).status_code == 403
    letter = {"csrf": form["csrf"], "basis": "letter", "number": "12/STC-TH", "on": "18/11/2026"}
    assert vanthu.post(basis, data=letter).status_code == 303


def test_who_stands_in_acts_under_both_names(site: Site) -> None:
    site.confirm()
    observer = role_client(site, "observer")
    with site.app.write(site.now, "test") as ctx:
        create_account(ctx, "hung", "Nguyễn Hùng", "hung@x.example")
    path = f"/assignments/{site.assignment('so-tu-phap')}"
    csrf = token_in(observer.get("/me"))
    act = {"csrf": csrf, "until_on": "20/11/2026", "reason": "hỏi lại"}
    assert observer.post(f"{path}/snooze", data=act).status_code == 403
    with site.app.write(site.now, "test") as ctx:
        draft = HandoverDraft(
            "hung",
            "mot-observer",
            ["coordinator"],
            LATE.date(),
            LATE.date(),
            transfer=False,
            reason="đi họp",
            document="1/GUQ",
        )
        hand_over(ctx, draft)
    assert "làm thay Nguyễn Hùng" in observer.get("/me").text
    assert observer.post(f"{path}/snooze", data=act).status_code == 303
    assert "mot-observer (thay hung)" in site.staff().get("/audit?action=assignment.snoozed").text
    site.now = LATE + timedelta(days=1)
    assert observer.post(f"{path}/snooze", data=act).status_code == 403
