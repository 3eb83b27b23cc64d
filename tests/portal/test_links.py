"""What a personal link opens: the tasks of its message, more by mail; and what is left of it once they are done (decision 13)."""

import re
import time
from datetime import datetime, timedelta

import httpx
import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from models.tables import Message
from obligations.services.links import personal_token
from obligations.services.sending.deliver import deliver_due
from tests.portal.browsing import PHONE, browser_page, fits
from tests.portal.conftest import LATE, PDF, Site, key_in, token_in
from tests.portal.test_requests import asked, assignment

CODE = "so-y-te"
ASK = "Gửi tôi đường dẫn mở tất cả đầu việc của cơ quan"


def two_tasks(site: Site) -> tuple[str, str]:
    """Public ids of the report of the year and of an ad-hoc request, each told by a message of its own."""
    site.confirm()
    made = asked(site)
    return site.assignment(CODE), assignment(site, made, CODE).public_id


def mailed(site: Site, kind: str) -> list[Message]:
    deliver_due(site.app, lambda: site.now)
    with site.app.read(site.now) as ctx:
        return list(ctx.session.exec(select(Message).where(Message.kind == kind).order_by(col(Message.id))).all())


def eventually_mailed(site: Site, kind: str) -> Message:
    """What is written after the answer has gone."""
    for _ in range(200):
        if found := mailed(site, kind):
            return found[-1]
        time.sleep(0.02)
    raise AssertionError(kind)


def opened(site: Site, client: httpx.Client, token: str) -> httpx.Response:
    page = client.get(f"/s/{token}")
    return client.post(f"/s/{token}", data={"csrf": token_in(page)}) if page.status_code == 200 else page


def sent(client: httpx.Client, task: str, **fields: str) -> httpx.Response:
    page = client.get(f"/a/{task}")
    data = {"csrf": token_in(page), "key": key_in(page), "action": "send", "form": "soft", **fields}
    return client.post(f"/a/{task}", data=data, files={"files": ("a.pdf", PDF, "application/pdf")})


def test_the_list_stays_whole_and_only_what_the_link_opens_is_linked(site: Site) -> None:
    report, request = two_tasks(site)
    client = site.by_link(CODE, request)
    for path in ("/a", "/a/everything"):
        shown = client.get(path).text
        assert "năm 2026" in shown
        assert "Báo cáo nhanh thiệt hại" in shown
        assert f'href="/a/{request}"' in shown
        assert f"/a/{report}" not in shown
        assert shown.count(ASK) == 1
    closed = client.get(f"/a/{report}")
    assert closed.status_code == 403
    assert "năm 2026” là đầu việc của cơ quan" in closed.text
    assert closed.text.count(ASK) == 1
    whole = site.agency(CODE)
    for path in ("/a", "/a/everything"):
        assert f'href="/a/{report}"' in whole.get(path).text
        assert ASK not in whole.get(path).text


def test_a_link_to_everything_is_mailed_and_never_shown(site: Site) -> None:
    report, request = two_tasks(site)
    client = site.by_link(CODE, request)
    csrf = {"csrf": token_in(client.get("/a"))}
    answer = client.post("/a/everything/link", data=csrf)
    assert answer.status_code == 200
    assert "@" in answer.text
    assert "…@" in answer.text, "masked"
    (message,) = mailed(site, "agency_link")
    token = personal_token(site.app.settings, message.public_id)
    assert token not in answer.text
    assert "Vừa gửi" in client.post("/a/everything/link", data=csrf).text
    assert len(mailed(site, "agency_link")) == 1
    assert client.get(f"/a/{report}").status_code == 403, "asking opens nothing"
    other = site.client()
    assert "Mở tất cả đầu việc của cơ quan" in other.get(f"/s/{token}").text
    assert opened(site, other, token).status_code == 303
    assert sent(other, report).status_code == 303
    site.now += timedelta(hours=24, minutes=1)
    assert opened(site, site.client(), token).status_code == 410


def test_an_asked_link_goes_at_night_without_any_round(site: Site) -> None:
    """Two o'clock on a Sunday: the portal sends it itself after the answer, and its page says when to expect it."""
    site.confirm()
    task = site.assignment(CODE)
    site.now = LATE.replace(day=22, hour=2)
    client = site.client()
    again = client.post(f"/s/task/{task}", data={"csrf": token_in(client.get(f"/a/{task}"))})
    assert "trong vòng một phút, kể cả ban đêm" in again.text
    assert gone(site, "new_link") == site.now
    member = site.by_link(CODE)
    answer = member.post("/a/everything/link", data={"csrf": token_in(member.get("/a"))})
    assert "Vừa gửi" in answer.text, "one is under way"
    site.now += timedelta(minutes=3)
    answer = member.post("/a/everything/link", data={"csrf": token_in(member.get("/a"))})
    assert "thường đến trong vòng một phút" in answer.text
    assert gone(site, "agency_link") == site.now


def gone(site: Site, kind: str) -> datetime | None:
    """When the portal sent it by itself; None when it did not within some seconds."""
    for _ in range(300):
        with site.app.read(site.now) as ctx:
            query = select(Message.finished_at).where(Message.kind == kind, col(Message.finished_at).is_not(None))
            if found := ctx.session.exec(query).first():
                return found
        time.sleep(0.02)
    return None


def test_a_second_link_adds_to_what_the_browser_opens(site: Site) -> None:
    report, request = two_tasks(site)
    client = site.by_link(CODE, report)
    before = dict(client.cookies)
    assert client.get(f"/a/{request}").status_code == 403
    opened(site, client, site.link(CODE, request))
    assert [client.get(f"/a/{task}").status_code for task in (report, request)] == [200, 200]
    assert dict(client.cookies) != before, "a fresh secret at every exchange"
    stale = httpx.Client(base_url=site.url, cookies=before)
    assert stale.get(f"/a/{report}").status_code == 403, "the former secret is over"
    stale.close()
    opened(site, client, site.link("so-tu-phap"))
    assert [client.get(f"/a/{task}").status_code for task in (report, request)] == [404, 404], "another agency's"


def test_a_link_ends_with_acceptance_says_so_and_comes_back_when_it_is_undone(site: Site) -> None:
    site.confirm()
    task, token = site.assignment(CODE), site.link(CODE)
    clerk = site.by_link(CODE)
    receipt = sent(clerk, task, form="signed", document_number="45/BC", document_on="18/11/2026").headers["location"]
    staff, page = site.staff(), f"/assignments/{task}"

    def coordinator(path: str, **fields: str) -> None:
        assert staff.post(f"{page}/{path}", data={"csrf": token_in(staff.get(page)), **fields}).status_code == 303

    submission = receipt.rsplit("/", 1)[1]
    coordinator("accept", submission=submission)
    over = site.client().get(f"/s/{token}")
    assert over.status_code == 410
    assert "Báo cáo đã đủ điều kiện tổng hợp" in over.text
    assert "Gửi cho tôi đường dẫn mới" in over.text
    assert clerk.get(receipt).status_code == 200
    reading = clerk.get(f"/a/{task}")
    assert "chỉ còn để xem" in reading.text
    assert 'value="send"' not in reading.text
    data = {"csrf": token_in(clerk.get("/a")), "key": "a-key-of-mine", "action": "send", "form": "nil"}
    assert clerk.post(f"/a/{task}", data=data).status_code == 409
    recall = {"csrf": data["csrf"], "submission": submission, "reason": "nhầm"}
    assert clerk.post(f"/a/{task}/recall", data=recall).status_code == 409
    assert ASK in clerk.get("/a").text, "the way to send once more"
    stranger = site.client()
    again = stranger.post(f"/s/{token}/again", data={"csrf": token_in(over)})
    assert again.status_code == 200
    new = personal_token(site.app.settings, eventually_mailed(site, "agency_link").public_id)
    assert opened(site, stranger, new).status_code == 303
    assert stranger.get(receipt).status_code == 200
    (act,) = re.findall(r'name="act" value="(accepted:[^"]+)"', staff.get(page).text)
    coordinator("undo", act=act, reason="nhận nhầm")
    assert site.client().get(f"/s/{token}").status_code == 200


def test_an_entry_of_a_calendar_leads_to_a_link_by_mail(site: Site) -> None:
    report, _ = two_tasks(site)
    stranger = site.client()
    page = stranger.get(f"/a/{report}")
    assert page.status_code == 403
    assert f'action="/s/task/{report}"' in page.text

    def ask(task: str, csrf: str) -> httpx.Response:
        return stranger.post(f"/s/task/{task}", data={"csrf": csrf})

    answer = ask(report, token_in(page))
    unknown = ask("khong-co", token_in(stranger.get("/a/khong-co")))
    assert answer.status_code == unknown.status_code == 200
    message = eventually_mailed(site, "new_link")
    token = personal_token(site.app.settings, message.public_id)
    assert token not in answer.text
    assert opened(site, stranger, token).status_code == 303
    assert stranger.get(f"/a/{report}").status_code == 200
    assert len(mailed(site, "new_link")) == 1
    assert ask(report, "x").status_code == 403


@pytest.mark.e2e
def test_a_clerk_finds_the_way_from_one_task_to_the_others(site: Site) -> None:
    report, request = two_tasks(site)
    with browser_page(PHONE) as page:
        page.goto(f"{site.url}/s/{site.link(CODE, request)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        expect(page.locator("main h3 a")).to_have_count(1)
        fits(page, PHONE)
        page.goto(f"{site.url}/a/{report}")
        expect(page.get_by_role("heading", name="Đường dẫn đang dùng không mở nội dung này")).to_be_visible()
        fits(page, PHONE)
        page.get_by_role("button", name=ASK).click()
        expect(page.get_by_role("heading", name="Đề nghị xem hộp thư")).to_be_visible()
        fits(page, PHONE)
        (message,) = mailed(site, "agency_link")
        page.goto(f"{site.url}/s/{personal_token(site.app.settings, message.public_id)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.locator("main h3 a", has_text="năm 2026").first.click()
        expect(page.get_by_role("button", name="Gửi báo cáo")).to_be_visible()
