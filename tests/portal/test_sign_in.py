"""Signing in by mail, the second factor, accounts and the way out of a dead link, as people meet them."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from models.enums import MessageState
from models.tables import AccessLink, Agency, Contact, Message, PortalSession
from obligations.services.accounts.access import account_by_name, create_account, sign_in_link
from obligations.services.accounts.new_link import ask_new_link
from obligations.services.agencies.contacts import remove_contact
from obligations.services.context import App
from obligations.services.running.tick import run_tick
from obligations.services.sending.deliver import deliver_due
from obligations.settings import Settings
from portal.routes.agency_link import ASKED
from tests.notifications.smtp_server import SmtpServer
from tests.obligations.accounts.test_second_factor import code, link_in
from tests.portal.browsing import DESK, PHONE, browser_page, fits
from tests.portal.conftest import HANOI, LATE, Site, serve, token_in
from tests.portal.test_codes import code_of

AGENCY = "so-tu-phap"
MOBILE_ZALO = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 Zalo android/241001"


def people(app: App) -> None:
    with app.write(LATE, "test") as ctx:
        create_account(ctx, "quan", "Trần Quân, quản trị", "quan@stc.example", "administrator")
        create_account(ctx, "lan", "Phạm Thị Lan, chuyên viên", "lan@stc.example")
        create_account(ctx, "hung", "Nguyễn Hùng, Phó Trưởng phòng", "hung@stc.example", "approver")


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def mailing(settings: Settings, smtp: SmtpServer) -> Iterator[Site]:
    yield from serve(settings.model_copy(update={"mail_url": smtp.url()}), people)


@pytest.fixture
def strict(settings: Settings) -> Iterator[Site]:
    yield from serve(settings.model_copy(update={"second_factor": "required"}), people)


def signed_in(site: Site, name: str) -> httpx.Client:
    with site.app.write(site.now, "test") as ctx:
        path = sign_in_link(ctx, account_by_name(ctx, name))
    return site._through(path)


def ask(client: httpx.Client, who: str) -> httpx.Response:
    token = token_in(client.get("/login"))
    return client.post("/login", data={"csrf": token, "who": who})


def mails(smtp: SmtpServer, count: int) -> list[EmailMessage]:
    """So many mails, once they have come: links go after the answer."""
    wait_for(lambda: len(smtp.messages) >= count)
    assert len(smtp.messages) == count
    return smtp.messages


def wait_for(done: Callable[[], object]) -> None:
    for _ in range(300):
        if done():
            return
        time.sleep(0.02)


def normal(text: str) -> str:
    return re.sub(r'value="[^"]+"', "", text)


def test_everybody_gets_the_same_answer_and_only_the_owner_a_link(mailing: Site, smtp: SmtpServer) -> None:
    client = mailing.client()
    answers = {
        (a.status_code, normal(a.text)) for a in (ask(client, w) for w in ("lan", "khong-co", "", "x@y.example"))
    }
    assert len(answers) == 1
    (mail,) = mails(smtp, 1)
    assert mail["To"] == "lan@stc.example"
    token = link_in(smtp)
    for _ in range(20):  # mail scanners
        assert client.get(f"/login/{token}").status_code == 200
        assert client.head(f"/login/{token}").status_code == 200
    back = client.post(f"/login/{token}", data={"csrf": token_in(client.get(f"/login/{token}"))})
    assert back.status_code == 303
    assert "Phạm Thị Lan" in client.get("/").text
    assert client.get(f"/login/{token}").status_code == 404


def test_asking_is_limited_by_client(mailing: Site) -> None:
    client = mailing.client()
    for n in range(30):
        assert ask(client, f"khong-co-{n}").status_code == 200
    assert ask(client, "lan").status_code == 429
    mailing.now = LATE + timedelta(minutes=11)
    assert ask(client, "lan").status_code == 200


def test_without_mail_the_page_says_what_to_run(empty_site: Site) -> None:
    page = empty_site.client().get("/login").text
    assert "<code>dondoc login</code>" in page
    assert 'name="who"' not in page


def test_the_session_is_renewed_at_every_sign_in(mailing: Site) -> None:
    client = signed_in(mailing, "lan")
    first = client.cookies["dondoc-staff"]
    with mailing.app.write(mailing.now, "test") as ctx:
        path = sign_in_link(ctx, account_by_name(ctx, "lan"))
    client.post(path, data={"csrf": token_in(client.get(path))})
    assert client.cookies["dondoc-staff"] != first
    with mailing.app.read(mailing.now) as ctx:
        assert len(ctx.session.exec(select(PortalSession)).all()) == 1, "the old one is over"


def test_an_idle_session_asks_again_and_a_busy_one_does_not(mailing: Site) -> None:
    busy, idle = signed_in(mailing, "lan"), signed_in(mailing, "hung")
    for minutes in (40, 80, 120):
        mailing.now = LATE + timedelta(minutes=minutes)
        assert busy.get("/audit").status_code == 200
        mailing.uses.write()
    assert idle.get("/audit").status_code == 403


def test_who_decides_sets_the_second_factor_up_first(strict: Site) -> None:
    client = strict.client()
    with strict.app.write(strict.now, "test") as ctx:
        path = sign_in_link(ctx, account_by_name(ctx, "lan"))
    opened = client.post(path, data={"csrf": token_in(client.get(path))})
    assert opened.headers["location"] == "/second"
    assert client.get("/audit").status_code == 403
    assert client.get("/me").status_code == 403
    page = client.get("/second")
    assert "<svg" in page.text
    assert not re.search(r"\sstyle=|<script", page.text)
    assert client.post("/second", data={"csrf": "wrong", "code": "123456"}).status_code == 403
    wrong = client.post("/second", data={"csrf": token_in(page), "code": "12"})
    assert wrong.status_code == 422
    before = client.cookies["dondoc-staff"]
    passed = client.post("/second", data={"csrf": token_in(page), "code": code(secret_in(page.text), strict.now)})
    assert passed.status_code == 200
    assert len(re.findall(r"<li><code>", passed.text)) == 10
    assert client.cookies["dondoc-staff"] != before
    assert client.get("/audit").status_code == 200
    assert client.get("/second").status_code == 303


def test_who_waits_at_the_second_factor_may_leave(strict: Site) -> None:
    client = strict.client()
    with strict.app.write(strict.now, "test") as ctx:
        path = sign_in_link(ctx, account_by_name(ctx, "lan"))
    client.post(path, data={"csrf": token_in(client.get(path))})
    left = client.post("/logout", data={"csrf": token_in(client.get("/second"))})
    assert left.headers["location"] == "/?done=signed-out"
    with strict.app.read(strict.now) as ctx:
        assert ctx.session.exec(select(PortalSession)).all() == []


def test_failures_at_the_second_factor_lock_and_say_until_when(strict: Site) -> None:
    client = strict.client()
    with strict.app.write(strict.now, "test") as ctx:
        path = sign_in_link(ctx, account_by_name(ctx, "lan"))
    client.post(path, data={"csrf": token_in(client.get(path))})
    page = client.get("/second")
    for _ in range(5):
        assert client.post("/second", data={"csrf": token_in(page), "code": "000000"}).status_code == 422
    right = code(secret_in(page.text), strict.now)
    locked = client.post("/second", data={"csrf": token_in(page), "code": right})
    assert (locked.status_code, "tạm khóa đến 09 giờ 15" in locked.text) == (429, True)
    assert client.get("/audit").status_code == 403


def secret_in(text: str) -> str:
    found = re.search(r'<code class="digest">([^<]+)</code>', text)
    assert found
    return found[1].replace(" ", "")


def test_an_administrator_makes_changes_and_disables_accounts(mailing: Site, smtp: SmtpServer) -> None:
    admin = signed_in(mailing, "quan")
    csrf = token_in(admin.get("/accounts"))
    typed = {
        "csrf": csrf,
        "name": "vanthu.stc",
        "display_name": "Vũ Thị Hoa",
        "email": "khong-dung",
        "role": "registrar",
    }
    wrong = admin.post("/accounts", data=typed)
    assert wrong.status_code == 422
    assert 'value="Vũ Thị Hoa"' in wrong.text, "what was typed stays"
    made = admin.post("/accounts", data={**typed, "email": "hoa@stc.example"})
    assert made.headers["location"] == "/accounts/vanthu.stc?done=account-created"
    assert admin.post("/accounts/vanthu.stc/send-link", data={"csrf": csrf}).status_code == 303
    assert mails(smtp, 1)[0]["To"] == "hoa@stc.example"
    assert link_in(smtp) not in admin.get("/accounts/vanthu.stc").text
    hoa = mailing._through(f"/login/{link_in(smtp)}")
    assert hoa.get("/accounts").status_code == 403
    assert admin.post("/accounts/vanthu.stc/disable", data={"csrf": csrf, "reason": ""}).status_code == 422
    assert admin.post("/accounts/vanthu.stc/disable", data={"csrf": csrf, "reason": "nghỉ"}).status_code == 303
    assert hoa.get("/me").status_code == 403, "its sessions died at once"
    assert "Đã khóa" in admin.get("/accounts").text
    assert admin.get("/accounts/khong-co").status_code == 404


def test_a_handing_over_keeps_what_was_typed_when_it_is_wrong(mailing: Site) -> None:
    admin = signed_in(mailing, "quan")
    typed = {
        "csrf": token_in(admin.get("/accounts")), "giver": "hung", "taker": "lan", "role": "approver", "kind": "transfer",
        "from_on": "19/11/2026", "until_on": "18/11/2026", "reason": "nghỉ phép năm", "document": "12/QĐ-STC",
    }  # fmt: skip
    wrong = admin.post("/accounts/hand-over", data=typed)
    assert wrong.status_code == 422
    assert "Ngày kết thúc không thể trước ngày bắt đầu" in wrong.text
    assert 'value="nghỉ phép năm"' in wrong.text
    assert admin.post("/accounts/hand-over", data={**typed, "until_on": "20/11/2026"}).status_code == 303
    assert admin.post("/accounts/hand-over", data={**typed, "until_on": "20/11/2026"}).status_code == 303
    page = admin.get("/accounts").text
    assert page.count("Nguyễn Hùng, Phó Trưởng phòng → Phạm Thị Lan, chuyên viên") == 1
    assert "Lãnh đạo duyệt, thay Nguyễn Hùng" in page


def read_code(page: Page, at: datetime) -> str:
    return code(page.locator("code.digest").inner_text().replace(" ", ""), at)


@pytest.mark.e2e
@pytest.mark.parametrize("width", [PHONE])
def test_from_the_mail_to_the_second_factor_in_the_browser(mailing: Site, smtp: SmtpServer, width: int) -> None:
    with browser_page(width) as page:
        page.goto(f"{mailing.url}/login")
        fits(page, width)
        page.get_by_label("Tên đăng nhập hoặc địa chỉ").fill("lan@stc.example")
        page.get_by_role("button", name="Gửi đường dẫn đăng nhập").click()
        expect(page.get_by_role("heading", name="Đề nghị xem hộp thư")).to_be_visible()
        mails(smtp, 1)
        page.goto(f"{mailing.url}/login/{link_in(smtp)}")
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("status").first).to_have_text("Đã đăng nhập.")
        page.get_by_role("link", name="Phạm Thị Lan").click()
        fits(page, width)
        page.get_by_role("button", name="Thiết lập").click()
        fits(page, width)
        page.get_by_label("Mã 06 chữ số").fill(read_code(page, mailing.now))
        page.get_by_role("button", name="Xác nhận").click()
        expect(page.get_by_role("heading", name="Mã dự phòng")).to_be_visible()
        fits(page, width)
        first = page.locator("ol.codes code").first.inner_text()
        page.get_by_role("link", name="Đã cất mã, tiếp tục").click()
        expect(page.get_by_text("Còn 10 mã dự phòng chưa dùng")).to_be_visible()
        page.get_by_role("button", name="Thoát").click()
        with mailing.app.write(mailing.now, "test") as ctx:
            link = sign_in_link(ctx, account_by_name(ctx, "lan"))
        page.goto(mailing.url + link)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("heading", name="Xác thực hai lớp")).to_be_visible()
        fits(page, width)
        page.get_by_label("Mã 06 chữ số trong ứng dụng").fill(first)
        page.get_by_role("button", name="Xác nhận").click()
        expect(page.get_by_role("status").first).to_have_text("Đã đăng nhập.")


@pytest.mark.e2e
@pytest.mark.parametrize("width", [DESK])
def test_an_administrator_hands_a_role_over_in_the_browser(mailing: Site, width: int) -> None:
    with mailing.app.write(mailing.now, "test") as ctx:
        link = sign_in_link(ctx, account_by_name(ctx, "quan"))
    with browser_page(width) as page:
        page.goto(mailing.url + link)
        page.get_by_role("button", name="Đăng nhập").click()
        page.get_by_role("link", name="Danh mục").click()
        page.get_by_role("link", name="Tài khoản, bàn giao, ủy quyền").click()
        fits(page, width)
        part = page.locator("section", has=page.get_by_role("heading", name="Bàn giao, ủy quyền theo ngày"))
        part.locator("select[name=giver]").select_option("hung")
        part.locator("select[name=taker]").select_option("lan")
        part.get_by_label("Lãnh đạo duyệt").check()
        part.get_by_label("Từ ngày").fill("19/11/2026")
        part.get_by_label("Đến hết ngày").fill("30/11/2026")
        part.get_by_label("Lý do").fill("Nghỉ phép")
        part.get_by_label("Văn bản").fill("12/GUQ-STC ngày 18/11/2026")
        part.get_by_role("button", name="Ghi nhận").click()
        expect(page.get_by_role("status").first).to_have_text("Đã ghi bàn giao, ủy quyền.")
        expect(page.get_by_text("Đang hiệu lực")).to_be_visible()
        fits(page, width)
        page.get_by_role("link", name="Phạm Thị Lan, chuyên viên").first.click()
        expect(page.get_by_text("Đang làm thay Nguyễn Hùng")).to_be_visible()
        fits(page, width)


SENT = datetime(2026, 11, 20, 14, 5, tzinfo=HANOI)
"""When the batch of overdue notices has gone."""


def dead(site: Site, code_: str = AGENCY) -> str:
    """The token of a link that is over by now, and was really sent."""
    site.confirm()
    site.now = SENT
    run_tick(site.app, site.now)
    deliver_due(site.app, lambda: site.now)
    token = site.link(code_)
    with site.app.write(site.now, "test") as ctx:
        for link in ctx.session.exec(select(AccessLink)).all():
            link.expires_at = site.now
    return token


def new_links(site: Site) -> list[Message]:
    with site.app.read(site.now) as ctx:
        query = select(Message).where(Message.kind == "new_link").order_by(col(Message.id))
        return list(ctx.session.exec(query).all())


def press(client: httpx.Client, token: str) -> httpx.Response:
    shown = client.get(f"/s/{token}")
    return client.post(f"/s/{token}/again", data={"csrf": token_in(shown)})


def test_a_dead_link_has_a_new_one_sent_to_where_it_was_sent(site: Site) -> None:
    token = dead(site)
    client = site.client()
    shown = client.get(f"/s/{token}")
    assert (shown.status_code, "Gửi cho tôi đường dẫn mới" in shown.text) == (410, True)
    answers = {(a.status_code, normal(a.text)) for a in (press(client, token), press(client, "x" * 43))}
    assert len(answers) == 1, "whatever the link was"
    wait_for(lambda: new_links(site))
    (message,) = new_links(site)
    with site.app.read(site.now) as ctx:
        old = ctx.session.exec(
            select(Message).where(Message.kind != "new_link", Message.agency_id == message.agency_id)
        ).first()
        assert old is not None
        assert message.address == old.address
    assert message.address not in next(iter(answers))[1]
    for _ in range(5):
        press(client, token)
    assert len(new_links(site)) == 1, "a second press waits for the first"
    deliver_due(site.app, lambda: site.now)
    assert new_links(site)[0].state == MessageState.recorded
    assert site.client().get(f"/s/{site.link(AGENCY)}").status_code == 200, "the new one opens"
    assert client.get(f"/s/{token}").status_code == 410, "the old one does not"


def test_new_links_are_few_an_hour_and_outside_the_cap(site: Site) -> None:
    token = dead(site)
    for minutes in range(0, 60, 3):
        site.now = SENT + timedelta(minutes=minutes)
        with site.app.write(site.now, "link") as ctx:
            ask_new_link(ctx, token)
    assert len(new_links(site)) == 3
    for message in new_links(site):
        assert message.planned_at == message.created_at, "at once, not the next day"
    site.now = SENT + timedelta(minutes=70)
    press(site.client(), token)
    wait_for(lambda: len(new_links(site)) > 3)
    assert len(new_links(site)) == 4


@pytest.mark.parametrize("ended", ["contact", "link"])
def test_nothing_goes_to_who_is_no_longer_meant(site: Site, ended: str) -> None:
    token = dead(site)
    with site.app.write(site.now, "test") as ctx:
        agency = ctx.session.exec(select(Agency).where(Agency.code == AGENCY)).one()
        if ended == "contact":
            for contact in ctx.session.exec(select(Contact).where(Contact.agency_id == agency.id)).all():
                if contact.removed_at is None:
                    remove_contact(ctx, contact.id or 0, "chuyển công tác")
        for link in ctx.session.exec(select(AccessLink)).all():
            link.revoked_at = site.now if ended == "link" else None
    assert press(site.client(), token).status_code == 200
    with site.app.write(site.now, "link") as ctx:
        assert ask_new_link(ctx, token) == 0
    assert new_links(site) == []


def test_pressing_is_limited_by_client_and_needs_our_page(site: Site) -> None:
    client = site.client()
    token = token_in(client.get(f"/s/{'x' * 43}"))
    assert client.post(f"/s/{'x' * 43}/again", data={"csrf": "wrong"}).status_code == 403
    for _ in range(ASKED.most):
        assert client.post(f"/s/{'x' * 43}/again", data={"csrf": token}).status_code == 200
    assert client.post(f"/s/{'x' * 43}/again", data={"csrf": token}).status_code == 429


def test_inside_zalo_the_page_says_how_to_leave_it(site: Site) -> None:
    site.confirm()
    path = f"/s/{site.link(AGENCY)}"
    inside = site.client().get(path, headers={"user-agent": MOBILE_ZALO}).text
    assert "Mở bằng trình duyệt" in inside
    assert f"{site.url.removeprefix('http://')}/s" in inside
    assert "Mở bằng trình duyệt" not in site.client().get(path).text


@pytest.mark.e2e
def test_the_message_comes_to_the_telephone_and_the_report_is_written_on_the_office_computer(site: Site) -> None:
    site.confirm()
    with browser_page(360) as phone:
        phone.context.set_extra_http_headers({"user-agent": MOBILE_ZALO})
        phone.goto(f"{site.url}/s/{site.link(AGENCY)}")
        expect(phone.get_by_role("complementary", name="Mở bằng trình duyệt")).to_be_visible()
        fits(phone, 360)
    with browser_page(1280) as office:
        office.goto(f"{site.url}/s")
        office.get_by_label("Mã gồm 08 ký tự").fill(code_of(site).lower().replace("-", " "))
        office.get_by_role("button", name="Mở trang của cơ quan").click()
        expect(office.get_by_role("heading", name="Sở Tư pháp")).to_be_visible()
        office.get_by_role("button", name="Mở trang báo cáo").click()
        assert office.url == f"{site.url}/a"
        office.get_by_role("link", name="Báo cáo hằng năm").click()
        expect(office.get_by_role("button", name="Gửi báo cáo")).to_be_visible()
