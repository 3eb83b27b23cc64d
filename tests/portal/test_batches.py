"""Overdue batches, pauses, snoozes and corrections on the web."""

import re
from datetime import datetime

import httpx
import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from models.enums import Audience, MessageState
from models.tables import Agency, Assignment, Contact, Message, MessageItem, Pause
from obligations.services.accounts.access import APPROVER, create_account, ensure_sample_account, sign_in_link
from obligations.services.running.tick import run_tick
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.outbox import Item, primary_contacts, write_message
from tests.portal.browsing import PHONE, browser_page, fits
from tests.portal.conftest import HANOI, LATE, PLAN, Site, token_in

MORNING = datetime(2026, 11, 20, 8, tzinfo=HANOI)
AGENCY = "so-y-te"


@pytest.fixture
def shown(site: Site) -> Site:
    """An overdue batch that was shown in the morning: the consolidator's own report."""
    site.confirm()
    with site.app.write(LATE, "test") as ctx:
        for row in ctx.session.exec(select(Assignment)).all():
            row.revision += 1
        for message in ctx.session.exec(select(Message).where(Message.state == MessageState.planned)).all():
            message.state = MessageState.cancelled
    site.now = MORNING
    run_tick(site.app, MORNING)
    return site


def batch_path(client: httpx.Client) -> str:
    found = re.search(r'href="(/batches/[\w-]+)"', client.get("/batches").text)
    assert found
    return found[1]


def test_a_batch_is_judged_and_stopped(shown: Site) -> None:
    staff = shown.staff()
    assert batch_path(staff) in staff.get("/").text
    page = staff.get(batch_path(staff))
    assert "Gửi ngay" in page.text
    assert "Sở Y tế" in page.text
    assert "/s/" not in page.text, "no personal link"
    path = batch_path(staff)
    refused = staff.post(f"{path}/stop", data={"csrf": token_in(page), "reason": ""})
    assert refused.status_code == 422
    assert staff.post(f"{path}/stop", data={"csrf": token_in(page), "reason": "đối chiếu"}).status_code == 303
    assert "Đã dừng" in staff.get(path).text
    again = staff.post(f"{path}/release", data={"csrf": token_in(page)})
    assert again.status_code == 409


def test_a_batch_is_released_and_put_right(shown: Site) -> None:
    staff = shown.staff()
    path = batch_path(staff)
    token = token_in(staff.get(path))
    early = staff.post(f"{path}/correct", data={"csrf": token, "text": "Sai"})
    assert early.status_code == 409
    assert staff.post(f"{path}/release", data={"csrf": token}).status_code == 303
    deliver_due(shown.app, lambda: MORNING)
    assert staff.post(f"{path}/correct", data={"csrf": token, "text": "Đã nhận đủ"}).status_code == 303
    with shown.app.read(MORNING) as ctx:
        rows = ctx.session.exec(select(Message).where(Message.kind == "retracted")).all()
        wrong = ctx.session.exec(select(Message).where(col(Message.batch_id).is_not(None))).all()
    assert {m.contact_id for m in rows} == {m.contact_id for m in wrong if m.state == MessageState.recorded}


def test_who_a_correction_cannot_reach_is_named_on_the_page(shown: Site) -> None:
    staff = shown.staff()
    path, period = batch_path(staff), f"/periods/{shown.period()}"
    token, said = token_in(staff.get(path)), "Chưa gửi được đính chính"
    staff.post(f"{path}/release", data={"csrf": token})
    deliver_due(shown.app, lambda: MORNING)
    assert said not in staff.get(path).text
    with shown.app.write(MORNING, "test") as ctx:
        agency = ctx.session.exec(select(Agency).where(Agency.code == AGENCY)).one()
        for contact in ctx.session.exec(select(Contact).where(Contact.agency_id == agency.id)).all():
            contact.removed_at = MORNING
    staff.post(f"{path}/correct", data={"csrf": token, "text": "Đã nhận đủ"})
    assert f"{said}, cần gọi điện thoại" in staff.get(path).text
    assert "<li>Sở Y tế</li>" in staff.get(path).text
    assert said not in staff.get(period).text, "of a batch, not of a step"
    assert "chưa có địa chỉ gửi" in staff.get("/audit").text


def test_pages_with_batches_need_a_name(shown: Site) -> None:
    for path in ("/batches", "/batches/x"):
        assert shown.client().get(path).status_code == 403
        assert shown.agency(AGENCY).get(path).status_code == 403
    assert shown.staff().get("/batches/x").status_code == 404
    assert shown.staff().get("/batches?everything=1").status_code == 200


@pytest.mark.parametrize("scope", [{}, {"plan": PLAN, "page": "/plans"}, {"agency": AGENCY}])
def test_pausing_shows_on_every_page(site: Site, scope: dict[str, str]) -> None:
    site.confirm()
    staff = site.staff()
    page = staff.get("/")
    data = {"csrf": token_in(page), "act": "pause", "reason": "sai danh sách", **scope}
    done = staff.post("/pauses", data=data)
    assert done.headers["location"] == f"{scope.get('page', '/')}?done=paused"
    for path in ("/", "/plans", f"/periods/{site.period()}", f"/assignments/{site.assignment(AGENCY)}"):
        assert "sai danh sách" in staff.get(path).text, path
    assert staff.post("/pauses", data=data).status_code == 409
    assert deliver_due(site.app, lambda: MORNING).recorded == 0 or scope.get("agency")
    assert staff.post("/pauses", data={**data, "act": "resume"}).status_code == 303
    assert "sai danh sách" not in staff.get("/").text
    with site.app.read(MORNING) as ctx:
        (row,) = ctx.session.exec(select(Pause)).all()
    assert row.resumed_at is not None


def test_nobody_is_led_elsewhere_after_a_pause(site: Site) -> None:
    staff = site.staff()
    data = {"csrf": token_in(staff.get("/")), "act": "pause", "reason": "x", "page": "//evil.example/plans"}
    assert staff.post("/pauses", data=data).headers["location"] == "/?done=paused"


def test_reminders_rest_for_one_duty_and_for_a_period(site: Site) -> None:
    site.confirm()
    staff = site.staff()
    own = f"/assignments/{site.assignment(AGENCY)}"
    token = token_in(staff.get(own))
    data = {"csrf": token, "until_on": "30/11/2026", "reason": "đang trình ký"}
    assert staff.post(f"{own}/snooze", data={**data, "until_on": "1/1/2020"}).status_code == 422
    assert staff.post(f"{own}/snooze", data=data).status_code == 303
    assert "30/11/2026" in staff.get(own).text
    assert staff.post(f"{own}/end-snooze", data={"csrf": token, "reason": "xong"}).status_code == 303
    period = f"/periods/{site.period()}"
    assert "Tạm dừng nhắc" in staff.get(period).text
    assert staff.post(f"{period}/snooze", data={**data, "agency": AGENCY}).status_code == 303
    assert staff.post(f"{period}/snooze", data=data).status_code == 303
    assert staff.post(f"{period}/correct", data={"csrf": token, "step": "open", "text": "Sai"}).status_code == 409


def test_a_letter_is_submitted_and_approved_under_two_names(site: Site) -> None:
    site.confirm()
    with site.app.write(site.now, "setup") as ctx:
        agency = ctx.session.exec(select(Agency).where(Agency.code == AGENCY)).one()
        contact = primary_contacts(ctx, [agency.id or 0], Audience.leader)[agency.id or 0]
        query = select(Message).where(Message.agency_id == agency.id)
        message = ctx.session.exec(query).first()
        assert message is not None
        item = ctx.session.exec(select(MessageItem).where(MessageItem.message_id == message.id)).first()
        assert item is not None
        rows = [Item(item.assignment_id, "T+7", item.revision)]
        written = write_message(ctx, contact, "leader", rows, site.now, MessageState.draft)
        letter = ctx.session.get_one(Message, written).public_id
        boss = create_account(ctx, "binh", "Lãnh đạo phòng", "binh@x.example", APPROVER)
        path = sign_in_link(ctx, boss)
    staff, leader = site.staff(), site._through(path)
    page = staff.get(f"/messages/{letter}")
    assert "Trình duyệt" in page.text
    token = token_in(page)
    assert staff.post(f"/messages/{letter}/release", data={"csrf": token}).status_code == 409
    assert staff.post(f"/messages/{letter}/approve", data={"csrf": token}).status_code == 403
    assert staff.post(f"/messages/{letter}/submit", data={"csrf": token}).status_code == 303
    shown = leader.get(f"/messages/{letter}")
    assert "Duyệt, chuyển thông báo" in shown.text
    own = token_in(shown)
    assert leader.post(f"/messages/{letter}/cancel", data={"csrf": own, "reason": "x"}).status_code == 403
    assert leader.post(f"/messages/{letter}/send-back", data={"csrf": own, "remarks": "gọi trước"}).status_code == 303
    assert "gọi trước" in staff.get(f"/messages/{letter}").text
    assert staff.post(f"/messages/{letter}/submit", data={"csrf": token}).status_code == 303
    assert leader.post(f"/messages/{letter}/approve", data={"csrf": own}).status_code == 303
    assert "Sẽ gửi" in staff.get(f"/messages/{letter}").text


@pytest.mark.e2e
@pytest.mark.parametrize("width", [PHONE])
def test_a_batch_is_stopped_without_a_script(shown: Site, width: int) -> None:
    with shown.app.write(shown.now, "test") as ctx:
        link = sign_in_link(ctx, ensure_sample_account(ctx))
    with browser_page(width) as page:
        page.goto(shown.url + link)
        page.get_by_role("button", name="Đăng nhập").click()
        page.get_by_role("link", name="Đôn đốc", exact=True).click()
        fits(page, width)
        page.locator("td.when a").first.click()
        fits(page, width)
        page.get_by_label("Lý do").fill("đang đối chiếu văn bản đến")
        page.get_by_role("button", name="Dừng", exact=True).first.click()
        expect(page.get_by_role("status").first).to_contain_text("Đã dừng đợt đôn đốc")
        fits(page, width)
