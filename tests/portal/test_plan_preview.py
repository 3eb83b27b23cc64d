"""A corrected plan file on a page: what is wrong with it or what it would change, and nothing applied."""

import html
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlmodel import func, select

from models.tables import AuditEntry, Message, PlanVersion
from tests.portal.browsing import PHONE, browser_page, fits, staff_page
from tests.portal.conftest import FILES, Site, token_in

TEXT = (FILES / "197-kh-ubnd.yaml").read_text(encoding="utf-8")
PATH = "/plans/preview"


def looked(site: Site, text: str, *, as_file: bool = False) -> tuple[int, str]:
    staff = site.staff()
    fields = {"csrf": token_in(staff.get(PATH)), "pasted": "" if as_file else text}
    files = {"file": ("sua.yaml", text.encode("utf-8", "replace"))} if as_file else {"file": ("", b"")}
    answer = staff.post(PATH, data=fields, files=files)
    return answer.status_code, html.unescape(answer.text)


def counted(site: Site) -> tuple[int, ...]:
    with site.app.read(site.now) as ctx:
        applied = select(func.count(AuditEntry.seq)).where(AuditEntry.action == "plan.applied")
        queries = [select(func.count(PlanVersion.id)), select(func.count(Message.id)), applied]
        return tuple(ctx.session.exec(query).one() for query in queries)


def test_the_same_file_changes_nothing(site: Site) -> None:
    site.confirm()
    status, shown = looked(site, TEXT)
    assert status == 200, shown
    assert "không có gì thay đổi" in shown


@pytest.mark.parametrize("as_file", [False, True])
def test_a_changed_file_is_shown_and_not_applied(site: Site, *, as_file: bool) -> None:
    site.confirm()
    site.now += timedelta(hours=1)
    before = counted(site)
    number = next(line for line in TEXT.splitlines() if line.startswith("issuer:"))
    status, shown = looked(site, TEXT.replace(number, "issuer: Cơ quan khác", 1), as_file=as_file)
    assert status == 200, shown
    assert "Áp dụng sẽ thành bản 2" in shown
    assert "cơ quan ban hành" in shown
    assert "Cơ quan khác" in shown
    assert "dondoc plan apply" in shown
    assert counted(site) == before


def test_agencies_that_leave_are_named_with_what_must_be_allowed(site: Site) -> None:
    site.confirm("so-tu-phap")
    lines = TEXT.splitlines()
    at = next(n for n, line in enumerate(lines) if line.strip() == "- code: bao-cao-hang-nam")
    assigned = next(n for n in range(at, len(lines)) if lines[n].strip().startswith("assigned_to:"))
    indent = lines[assigned][: len(lines[assigned]) - len(lines[assigned].lstrip())]
    last = assigned + 1
    while lines[last].strip().startswith("- "):
        last += 1
    lines[assigned:last] = [f"{indent}assigned_to: [so-y-te, so-xay-dung]"]
    status, shown = looked(site, "\n".join(lines))
    assert status == 200, shown
    assert "Phải được cho phép đích danh" in shown
    assert "Sở Tư pháp đã gửi báo cáo nhưng không còn được giao" in shown
    assert "--allow unassign:so-tu-phap" in shown
    assert "cơ quan thực hiện" in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Chưa có nội dung"),
        ("x" * 700_000, "Tệp lớn hơn 600 KB"),
        ("a: [1", "lỗi trong tệp"),
        ("\x00\x01\ud800", "lỗi trong tệp"),
        ("- 1\n- 2\n", "tệp phải gồm các dòng"),
        ("&a [*a, *a]", "lỗi trong tệp"),
        ("[" * 20_000, "lỗi trong tệp"),
        (TEXT.replace("slug:", "slugg:", 1), "không có mục nào tên như vậy. Có phải là “slug”?"),
        (TEXT.replace("issued_on: 2023-12-28", "issued_on: 2023-13-28", 1), "mục issued_on"),
        (
            TEXT.replace("receiver: co-quan-tong-hop", "receiver: so-khong-co", 1),
            "không có “so-khong-co” trong danh mục",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_nothing_breaks(site: Site, text: str, said: str) -> None:
    status, shown = looked(site, text.encode("utf-8", "replace").decode())
    assert status == 422, shown[-1500:]
    plain = shown.replace("<code>", "").replace("</code>", "")
    assert said in plain
    assert "Traceback" not in shown


def test_it_is_for_those_who_look_after_plans(site: Site) -> None:
    assert site.client().get(PATH).status_code == 403
    assert site.client().post(PATH, data={"pasted": TEXT}).status_code == 403
    assert f'href="{PATH}"' in site.staff().get("/plans").text


@pytest.mark.e2e
@pytest.mark.parametrize("width", [PHONE])
def test_a_coordinator_looks_at_a_corrected_plan(site: Site, width: int) -> None:
    site.confirm()
    before = counted(site)
    with browser_page(width) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/plans")
        page.get_by_role("link", name="Xem trước bản sửa của văn bản").click()
        page.get_by_label("Dán nội dung tệp").fill(TEXT.replace("issuer: ", "isuer: ", 1))
        page.get_by_role("button", name="Xem trước").click()
        expect(page.get_by_text("Dòng 14, mục isuer")).to_be_visible()
        fits(page, width)
        page.get_by_label("Dán nội dung tệp").fill(TEXT.replace("issuer: ", "issuer: Văn phòng ", 1))
        page.get_by_role("button", name="Xem trước").click()
        expect(page.get_by_text("Chưa có gì được áp dụng")).to_be_visible()
        fits(page, width)
    assert counted(site) == before
