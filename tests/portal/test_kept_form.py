"""A refused act shows its page again with everything typed and the reason where the eye and the focus are."""

import re
import socket
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from lxml import html
from lxml.html import HtmlElement
from playwright.sync_api import expect

from tests.portal.browsing import PHONE, browser_page, fits, staff_page
from tests.portal.conftest import PDF, Site, key_in, token_in

NASTY = '"><script>alert(1)</script>\x00\u202e'


def refused(client: httpx.Client, page: str, act: str, fields: Mapping[str, str], **more: object) -> HtmlElement:
    data = {"csrf": token_in(client.get(page)), "key": "mot-khoa-thu", **fields}
    answer = client.post(act, data=data, **more)  # type: ignore[arg-type]
    assert answer.status_code == 422, (act, answer.status_code)
    assert "alert(1)</script>" not in answer.text
    return html.document_fromstring(answer.text)


def typed_in(tree: HtmlElement, act: str) -> dict[str, str]:
    (form,) = [f for f in tree.iter("form") if f.get("action") == act and f.get("id")]
    assert all(details.get("open") is not None for details in form.iterancestors("details"))
    found = {}
    for field in form.iter("input", "textarea", "select"):
        if field.tag == "select":
            found[field.get("name")] = "".join(
                o.get("value") or o.text for o in field.iter("option") if o.get("selected") is not None
            )
        elif field.get("type") in ("checkbox", "radio"):
            if field.get("checked") is not None:
                found[field.get("name")] = field.get("value")
        else:
            found[field.get("name")] = field.text.lstrip("\n") if field.tag == "textarea" else field.get("value") or ""
    return found


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("extend", {"due_on": "99/99/2026", "document_number": f"88/UBND {NASTY}", "document_on": "18/11/2026"}),
        ("agree-lateness", {"until_on": "32/11/2026", "reason": "chờ số liệu\nhai dòng"}),
        ("exempt", {"reason": " "}),
        ("snooze", {"until_on": "hôm nào", "reason": "chờ"}),
        (
            "record",
            {
                "form": "paper",
                "channel": "post",
                "document_number": "45/BC",
                "arrived_on": "99/99/2026",
                "note": "ghi chú",
            },
        ),
    ],
)
def test_a_coordinators_form_comes_back_as_it_was(site: Site, act: str, fields: dict[str, str]) -> None:
    site.confirm()
    staff, page = site.staff(), f"/assignments/{site.assignment('so-tu-phap')}"
    files = {"files": ("a.pdf", PDF, "application/pdf")} if act == "record" else None
    tree = refused(staff, page, f"{page}/{act}", fields, files=files)
    shown = typed_in(tree, f"{page}/{act}")
    for name, value in fields.items():
        assert shown[name].strip() == re.sub("[\x00\u202e]", "", value).strip()
    summary = tree.xpath("//main/*[1]")[0]
    assert (summary.get("role"), summary.get("tabindex")) == ("alert", "-1")
    assert ("Tệp cần chọn lại" in summary.text_content()) == (act == "record")
    wrong = tree.xpath("//*[@aria-invalid='true']/@name")
    assert set(wrong) == {
        "due_on"
        if act == "extend"
        else {"agree-lateness": "until_on", "snooze": "until_on", "exempt": "reason"}.get(act, "arrived_on")
    }
    assert summary.xpath(".//a/@href")[0][1:] in tree.xpath("//*[@aria-invalid='true']/@id")
    assert tree.findtext(".//title").startswith("Chưa thực hiện được")
    assert shown["csrf"] == token_in(staff.get(page)), "the page's own fields are fresh"


def test_forms_of_lists_and_of_agencies_too(site: Site) -> None:
    site.confirm()
    staff, agency = site.staff(), site.agency("so-tu-phap")
    duty, period = f"/a/{site.assignment('so-tu-phap')}", f"/periods/{site.period()}"
    shown = typed_in(
        refused(agency, duty, f"{duty}/more-time", {"wanted_on": "mai", "reason": "chờ số liệu"}), f"{duty}/more-time"
    )
    assert (shown["wanted_on"], shown["reason"]) == ("mai", "chờ số liệu")
    act = f"{period}/extend/preview"
    shown = typed_in(refused(staff, period, act, {"due_on": "x", "document_number": "8", "document_on": ""}), act)
    assert (shown["due_on"], shown["document_number"]) == ("x", "8")


def test_of_two_forms_to_one_address_the_right_one(site: Site) -> None:
    """/pauses stands on many pages, for the province and for an agency."""
    site.confirm()
    staff, page = site.staff(), f"/assignments/{site.assignment('so-tu-phap')}"
    tree = refused(staff, page, "/pauses", {"act": "pause", "agency": "so-tu-phap", "page": page, "reason": " "})
    assert typed_in(tree, "/pauses")["agency"] == "so-tu-phap"
    first = html.document_fromstring(staff.get("/").text).xpath("//form[@action='/pauses']//input[@name='page']/@value")
    tree = refused(staff, "/", "/pauses", {"act": "pause", "page": first[0], "reason": " "})
    assert "agency" not in typed_in(tree, "/pauses")


def test_where_there_is_no_page_an_error_page_stands(site: Site) -> None:
    staff = site.staff()
    token = token_in(staff.get("/"))
    for page in ("//evil.example/", "/khong-co", "/healthz"):
        answer = staff.post(
            "/pauses", data={"csrf": token, "act": "pause", "agency": "khong-co", "page": page, "reason": "x"}
        )
        assert answer.status_code in (404, 409)
        assert "evil" not in answer.text


def test_the_focus_goes_to_the_reason_in_a_browser(site: Site) -> None:
    """Without any script: the reason is in view and has the focus, the way leads to the open form."""
    site.confirm()
    with browser_page(PHONE) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/assignments/{site.assignment('so-tu-phap')}")
        page.locator("summary", has_text="Gia hạn").first.click()
        form = page.locator("form[action$='/extend']")
        form.get_by_label("Thời hạn mới").fill("31/02/2026")
        form.get_by_label("Số, ký hiệu văn bản").fill("88/UBND-TH")
        form.get_by_label("Ngày văn bản").fill("18/11/2026")
        form.get_by_role("button").click()
        alert = page.get_by_role("alert")
        expect(alert).to_be_focused()
        assert page.evaluate("scrollY") == 0
        alert.get_by_role("link").click()
        expect(form.get_by_label("Số, ký hiệu văn bản")).to_have_value("88/UBND-TH")
        fits(page, PHONE)


def test_after_the_session_has_ended_the_text_can_still_be_copied(site: Site) -> None:
    site.confirm()
    agency, path = site.agency("so-tu-phap"), f"/a/{site.assignment('so-tu-phap')}"
    data = {"csrf": token_in(agency.get(path)), "key": "mot-khoa-thu", "action": "send", "form": "soft"}
    agency.cookies.clear()
    answer = agency.post(
        path, data={**data, "note": "Một đoạn dài đã mất nhiều giờ để viết. <b>", "document_number": "45"}
    )
    assert answer.status_code == 403
    assert (
        html.document_fromstring(answer.text).findtext(".//textarea").strip()
        == "Một đoạn dài đã mất nhiều giờ để viết. <b>"
    )


def test_a_report_that_is_no_longer_owed_can_still_be_copied(site: Site) -> None:
    site.confirm()
    duty = site.assignment("so-tu-phap")
    client, staff = site.agency("so-tu-phap"), site.staff()
    shown = client.get(f"/a/{duty}")
    clause = re.findall(r'<textarea[^>]*name="([^"]*result[^"]*)"', shown.text)[0]
    said = "Đã tổ chức 12 hội nghị phổ biến cho 1.450 lượt người."
    reason = {"csrf": token_in(staff.get(f"/assignments/{duty}")), "reason": "không có nhiệm vụ"}
    assert staff.post(f"/assignments/{duty}/exempt", data=reason).status_code == 303
    typed = {"csrf": token_in(shown), "key": key_in(shown), "form": "soft", "action": "send", clause: said}
    answer = client.post(f"/a/{duty}", data=typed)
    assert (answer.status_code, said in answer.text) == (409, True)
    assert "Chưa gửi, chưa ghi nhận" in answer.text


@pytest.mark.parametrize("foreign", [False, True])
def test_after_a_coordinators_session_has_ended_too_and_only_to_our_own_pages(site: Site, foreign: bool) -> None:
    site.confirm()
    staff, path = site.staff(), f"/assignments/{site.assignment('so-tu-phap')}"
    data = {"csrf": token_in(staff.get(path)), "remarks": "Đề nghị bổ sung số liệu về hội nghị đối thoại. <b>"}
    staff.cookies.clear()
    origin = {"origin": "https://evil.example"} if foreign else {}
    answer = staff.post(f"{path}/return", data=data, headers=origin)
    assert answer.status_code == 403
    assert ("Gửi đường dẫn đăng nhập" in answer.text or "dondoc login" in answer.text) is not foreign
    assert ("hội nghị đối thoại. &lt;b&gt;" in answer.text) is not foreign


FILE = ("so.xlsx", b"PK" + b"x" * (2 << 20))


@pytest.mark.parametrize(
    ("page", "act", "name", "said"),
    [
        ("/contacts", "/contacts/import", "file", "Tệp lớn hơn 700 KB. Đề nghị chia nhỏ tệp."),
        ("/reconcile", "/reconcile", "file", "Sổ lớn hơn 600 KB. Đề nghị chia nhỏ theo tháng."),
        ("/plans/preview", "/plans/preview", "file", "Tệp lớn hơn 600 KB."),
        ("/holidays/new", "/holidays/new/preview", "document", "Nội dung nhập lớn hơn 1 MB."),
    ],
)
def test_a_file_that_is_too_large_comes_back_on_its_page(site: Site, page: str, act: str, name: str, said: str) -> None:
    """It is answered before it is read, so that only its address says where it stood."""
    staff = site.staff()
    assert staff.get(page).status_code == 200
    answer = staff.post(act, files={name: FILE})
    assert answer.status_code == 413
    tree = html.document_fromstring(answer.text)
    summary = tree.xpath("//main/*[1]")[0]
    assert summary.get("role") == "alert"
    assert said in summary.text_content()
    assert "Chưa ghi nhận gì" in summary.text_content()
    assert tree.findtext(".//title").startswith("Chưa thực hiện được")
    assert summary.xpath(".//a/@href")[0][1:] in tree.xpath("//*/@id")
    wrong = tree.xpath("//*[@aria-invalid='true']/@name")
    assert wrong == ([name] if name == "file" else [])
    program = staff.post(act, files={name: FILE}, headers={"accept": "application/json"})
    assert said in program.text
    stranger = site.client().post(act, files={name: FILE})
    assert stranger.status_code == 413
    assert "<form" not in stranger.text.partition("<main")[2].partition("</main>")[0], "nobody's page is shown"


def test_too_many_files_come_back_too(site: Site) -> None:
    """Told apart by its announced length; the text says how much may go at once. Chunks without a length are counted."""
    site.confirm()
    staff, path = site.staff(), f"/assignments/{site.assignment('so-tu-phap')}"
    limit = site.app.settings.upload_limit_mb
    cookie = "; ".join(f"{name}={value}" for name, value in staff.cookies.items())
    with socket.create_connection(("127.0.0.1", int(site.url.rpartition(":")[2]))) as raw:
        head = f"POST {path}/record HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nConnection: close\r\n"
        raw.sendall(f"{head}Content-Length: {(4 * limit) << 20}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(1 << 16), b"")).decode()
    assert answer.startswith("HTTP/1.1 413")
    assert f"không quá {3 * limit} MB, mỗi tệp không quá {limit} MB" in answer
    assert 'name="files" multiple accept=".docx,.xlsx,.pdf" aria-invalid="true"' in answer
    chunks = (b"x" * (1 << 16) for _ in range(40))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    counted = staff.post("/contacts/import", content=chunks, headers=kind)
    assert (counted.status_code, "Tệp lớn hơn 700 KB" in counted.text) == (413, True)


def test_a_report_worked_on_in_word_comes_back_on_its_period(site: Site) -> None:
    """Its address names no page: the form says which one it stands on."""
    site.confirm()
    staff, period = site.staff(), f"/periods/{site.period()}"
    staff.post(f"{period}/consolidate", data={"csrf": token_in(staff.get(period))})
    shown = staff.get(period)
    (act,) = html.document_fromstring(shown.text).xpath("//form[contains(@action, '/edited?')]/@action")
    for where in (act, act.replace("/edited", "/check")):
        answer = staff.post(where, data={"csrf": token_in(shown)}, files={"file": ("a.docx", b"no document")})
        assert answer.status_code == 422
        assert html.document_fromstring(answer.text).xpath("//*[@aria-invalid='true']/@name") == ["file"]


def test_a_browser_shows_it_although_it_was_still_sending(site: Site, tmp_path: Path) -> None:
    large = tmp_path / "dau-moi.xlsx"
    large.write_bytes(b"PK" + b"x" * (20 << 20))
    with browser_page(PHONE) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/contacts")
        page.get_by_label("Tệp .xlsx hoặc .csv").set_input_files(large)
        page.get_by_role("button", name="Xem trước").click()
        expect(page.get_by_role("alert")).to_contain_text("Tệp lớn hơn 700 KB")
        page.get_by_role("link", name="Đến chỗ chọn tệp, nhập lại").click()
        expect(page.get_by_label("Tệp .xlsx hoặc .csv")).to_be_in_viewport()
        fits(page, PHONE)
