"""What people type is text wherever it comes out: on pages, in sheets, in calendars, in headers and in mail."""

import csv
import io
import zipfile
from datetime import timedelta
from email.message import EmailMessage

import httpx
import openpyxl
import pytest
from icalendar import Calendar
from lxml import html
from sqlmodel import select

from models.tables import Agency, Message
from obligations.rules.webhooks import KINDS
from obligations.services.accounts.people import create_account
from obligations.services.feeds.access import issue_token as issue_feed
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.interface.tokens import issue_token
from obligations.services.interface.webhooks import add_webhook
from obligations.services.running.tick import run_tick
from tests.portal.conftest import PDF, Site, key_in, token_in
from tests.portal.pages import AGENCY, STAFF, live

MARK = "vuotrao"
XSS = f"\"'></textarea></script><script>{MARK}()</script><img src=x onerror={MARK}()><svg/onload={MARK}()>{{{{7*7}}}}${{7*7}}"
FORMULAS = ('=HYPERLINK("http://x.example")', "@SUM(A1)", "\t-1+cmd|' /C calc'!A0")
LINES = "Dòng\r\nBcc: x@y.example\r\n\r\nSUMMARY:khác\nEND:VEVENT\u2028X-A: b\u0085Y: c"


def type_everywhere(site: Site, text: str) -> None:
    """The same words in every field that people and programs fill: pages, requests, decisions, settings."""
    staff, member = site.staff(), site.agency("so-noi-vu")
    duty, path = site.assignment("so-noi-vu"), f"/a/{site.assignment('so-noi-vu')}"
    page = member.get(path)
    fields = {name: text for name in _fields(page) if name.startswith(("result:", "difficulty:", "figure-", "note"))}
    clauses = {name: "" for name in fields if name.startswith("figure-clause")}
    sent = {**fields, **clauses, "csrf": token_in(page), "key": key_in(page), "form": "soft", "action": "send"}
    answer = member.post(path, data=sent, files={"files": (text[:80] + ".pdf", PDF, "application/pdf")})
    assert answer.status_code == 303, answer.text[-500:]
    owed = f"/assignments/{site.assignment('so-xay-dung')}"
    for at, form in (
        (f"/assignments/{duty}/return", {"submission": _submission(staff, duty), "remarks": text}),
        (f"{owed}/agree-lateness", {"until_on": "30/11/2026", "reason": text}),
        (f"{owed}/snooze", {"until_on": "25/11/2026", "reason": text}),
        (f"{owed}/calls", {"result": "answered", "person": text, "answer": text, "number": "0221 3 862 123"}),
        (f"/assignments/{site.assignment('so-giao-duc-dao-tao')}/exempt", {"reason": text}),
        ("/feeds", {"agency": "so-noi-vu", "label": text}),
    ):
        posted = staff.post(at, data={"csrf": token_in(staff.get("/me")), **form})
        assert posted.status_code in (200, 303, 409, 422), (at, posted.status_code, posted.text[-300:])
    other = site.agency("so-cong-thuong")
    at = f"/a/{site.assignment('so-cong-thuong')}"
    for act, form in (
        ("more-time", {"wanted_on": "30/11/2026", "reason": text, "document": text}),
        ("dispute", {"reason": text, "evidence": text}),
    ):
        other.post(f"{at}/{act}", data={"csrf": token_in(other.get(at)), **form})
    with site.app.write(site.now, "test") as ctx:
        create_account(ctx, "nguoi-la", _one_line(text), "la@x.example", "observer")
        issue_token(ctx, "nguoi-la", _one_line(text)[:120], 30)
        add_webhook(ctx, _one_line(text)[:120], "http://127.0.0.1:9/", list(KINDS))
        agency = ctx.session.exec(select(Agency).where(Agency.code == "so-noi-vu")).one()
        agency.name, agency.source = _one_line(text), text
    with site.app.write(site.now, "test") as ctx:
        refresh_feeds(ctx)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _fields(page: httpx.Response) -> list[str]:
    return [str(name) for name in html.fromstring(page.text).xpath("//textarea/@name | //input/@name")]


def _submission(staff: httpx.Client, duty: str) -> str:
    found = html.fromstring(staff.get(f"/assignments/{duty}").text).xpath("//input[@name='submission']/@value")
    return str(found[0])


def test_no_page_takes_a_text_for_markup(site: Site) -> None:
    world = live(site)
    type_everywhere(site, XSS)
    clients = {**world.clients, STAFF: site.staff(), AGENCY: site.agency("so-noi-vu")}
    more = {f"/assignments/{site.assignment(code)}" for code in ("so-noi-vu", "so-xay-dung", "so-cong-thuong")}
    paths = [(p.who, p.path) for several in world.pages.values() for p in several]
    paths += [
        (STAFF, path) for path in {*more, *(f"{path}/ledger" for path in more), f"/search?q={MARK}", "/audit?page=1"}
    ]
    paths += [(AGENCY, f"/a/{site.assignment('so-noi-vu')}"), (STAFF, f"/audit?about={MARK}<script>")]
    seen = 0
    for who, path in paths:
        answer = clients[who].get(path)
        tree = html.fromstring(answer.text or "<p/>")
        assert tree.xpath("//script[not(@src)]") == [], path
        assert [a for a in tree.xpath("//@*") if a.attrname.startswith("on")] == [], path
        assert [
            a for a in tree.xpath("//@href | //@src | //@action") if str(a).lower().startswith("javascript:")
        ] == [], path
        assert "49" not in "".join(t for t in tree.itertext() if MARK in t).replace(XSS, ""), path
        seen += MARK in answer.text
    assert seen > 15, "the words must be seen to prove anything"


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_sheet_takes_a_text_for_a_formula(site: Site, formula: str) -> None:
    site.confirm()
    type_everywhere(site, formula)
    staff, wrong = site.staff(), []
    for name in ("agencies", "messages", "audit", "periods", "contacts", "feeds", f"period?period={site.period()}"):
        plain, _, asked = name.partition("?")
        table = staff.get(f"/export/{plain}.csv?{asked}")
        sheet = staff.get(f"/export/{plain}.xlsx?{asked}")
        if table.status_code != 200:
            continue
        rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
        wrong += [
            (name, cell) for row in rows for cell in row if cell.lstrip(" \ufeff")[:1] in "=+@\t\r" and cell.strip()
        ]
        wrong += [
            (name, cell)
            for row in rows
            for cell in row
            if cell.startswith("-") and not cell[1:].strip().replace(".", "").isdigit() and len(cell) > 1
        ]
        book = openpyxl.load_workbook(io.BytesIO(sheet.content))
        wrong += [(name, c.coordinate) for page in book for row in page.iter_rows() for c in row if c.data_type == "f"]
        with zipfile.ZipFile(io.BytesIO(sheet.content)) as package:
            wrong += [
                (name, part) for part in package.namelist() if "worksheets" in part and b"<f>" in package.read(part)
            ]
    assert wrong == []


def test_no_calendar_takes_a_text_for_a_line(site: Site) -> None:
    site.confirm()
    type_everywhere(site, LINES)
    with site.app.write(site.now, "test") as ctx:
        token = issue_feed(ctx, "so-noi-vu")
        refresh_feeds(ctx)
    body = site.client().get(f"/f/a/{token}/lich.ics").content
    calendar = Calendar.from_ical(body)
    events = calendar.walk("VEVENT")
    assert events
    assert all(event.get("X-A") is None and event.get("Y") is None and event.get("BCC") is None for event in events)
    assert body.count(b"BEGIN:VEVENT") == body.count(b"\r\nEND:VEVENT") == len(events)


def test_no_header_takes_a_text_for_a_line(site: Site) -> None:
    site.confirm()
    type_everywhere(site, LINES)
    site.now += timedelta(days=1)
    run_tick(site.app, site.now)
    staff = site.staff()
    for path in (
        "/agencies",
        f"/export/agencies.xlsx?x={'%0d%0aSet-Cookie:%20a=b'}",
        "/login?next=%0d%0aLocation:%20http://x.example",
    ):
        answer = staff.get(path)
        assert "a=b" not in str(answer.headers)
        assert "x.example" not in answer.headers.get("location", "")
    attachment = html.fromstring(staff.get(f"/assignments/{site.assignment('so-noi-vu')}").text).xpath(
        "//ul[@class='files']//a/@href"
    )
    given = staff.get(str(attachment[0])).headers["content-disposition"]
    assert given.startswith("attachment;")
    assert "\n" not in given
    with site.app.read(site.now) as ctx:
        for message in ctx.session.exec(select(Message)).all():
            letter = EmailMessage()
            letter["Subject"] = message.subject  # raises for a line break
            assert "Bcc" not in letter
