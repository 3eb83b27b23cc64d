"""A consolidated report worked on in Word: checked, corrected or let go with a reason, then issued; page and programs."""

from pathlib import Path

from playwright.sync_api import expect

from portal.vietnamese import day
from tests.portal.browsing import PHONE, browser_page, fits, staff_page
from tests.portal.conftest import Site
from tests.portal.interface.conftest import Programs, programs  # noqa: F401 - a fixture
from tests.portal.test_issuing import report, way_in
from tests.reports.test_numbers import in_annex, rewritten


def test_an_edited_report_whose_numbers_differ_goes_out_only_with_a_reason(site: Site, tmp_path: Path) -> None:
    """Numbers are named before anything is kept; the reason stands beside the file that goes out. No script."""
    site.confirm()
    edited = tmp_path / "sua.docx"
    with browser_page(PHONE) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/periods/{site.period()}")
        page.get_by_role("button", name="Lập báo cáo tổng hợp").click()
        with page.expect_download() as made:
            page.get_by_role("link", name=".docx", exact=True).click()
        content = Path(made.value.path()).read_bytes()
        edited.write_bytes(rewritten(content, in_annex("dondoc_so_da_nhan", "3")))
        page.locator("summary", has_text="đối chiếu số liệu").click()
        page.get_by_label("Tệp .docx đã sửa").set_input_files(edited)
        page.get_by_role("button", name="Chỉ đối chiếu, không lưu").click()
        expect(page.get_by_role("alert")).to_contain_text("trong thân báo cáo là 0, tại phụ lục là 3")
        fits(page, PHONE)
        page.get_by_role("link", name="Trở lại kỳ báo cáo").click()
        page.locator("summary", has_text="đối chiếu số liệu").click()
        page.get_by_label("Tệp .docx đã sửa").set_input_files(edited)
        page.get_by_role("button", name="Đối chiếu, lưu để phát hành").click()
        expect(page.get_by_role("alert")).to_contain_text("trong thân báo cáo là 0, tại phụ lục là 3")
        fits(page, PHONE)
        page.get_by_label("Chọn lại tệp").set_input_files(edited)
        page.get_by_label("Vẫn phát hành, lý do").fill("Sở A báo thêm qua điện thoại")
        page.get_by_role("button", name="Lưu để phát hành kèm lý do").click()
        expect(page.get_by_text("vẫn phát hành, lý do: Sở A báo thêm qua điện thoại")).to_be_visible()
        fits(page, PHONE)
        page.locator("summary", has_text="Ghi phát hành").click()
        page.get_by_label("Số, ký hiệu báo cáo").fill("88/BC-STC")
        page.get_by_label("Ngày phát hành").fill(day(site.now.date()))
        page.get_by_role("button", name="Ghi phát hành lần 1").click()
        with page.expect_download() as gone:
            page.get_by_role("link", name="sua.docx").click()
        assert Path(gone.value.path()).read_bytes() == edited.read_bytes()


def test_programs_keep_an_edited_report_and_say_what_goes_out(site: Site, programs: Programs) -> None:  # noqa: F811
    site.confirm()
    office = programs()
    office.post(f"/periods/{site.period()}/consolidate")
    at, number = f"/consolidations/{report(site)}", {"number": "88/BC-STC", "on": "2026-11-19"}
    unsaid = office.post(f"{at}/issue", number | {"as_made": False})
    assert (unsaid.status_code, unsaid.json()["errors"][0]["pointer"]) == (422, "/as_made")
    content = rewritten(office.get(f"{at}/x.docx").content, in_annex("dondoc_so_da_nhan", "1"))
    file = {"file": ("sua.docx", content)}
    apart = office.post(f"{at}/edited", files=file)
    assert apart.status_code == 422
    assert "trong thân báo cáo là 0, tại phụ lục là 1" in apart.json()["errors"][0]["detail"]
    stored = set(site.app.settings.files.iterdir())
    assert office.post(f"{at}/edited", files=file, reason="báo miệng").status_code == 200
    assert office.post(f"{at}/edited", files=file, reason="báo miệng").status_code == 200
    assert len(set(site.app.settings.files.iterdir()) - stored) == 1
    assert office.post(f"{at}/issue", number).status_code == 200
    (made,) = office.get(f"/periods/{site.period()}").json()["reports"]
    assert (made["edited"]["reason"], made["issued"]) == ("báo miệng", "88/BC-STC ngày 19/11/2026")
    first, *_ = made["edited"]["numbers"]
    assert (first["kind"], first["body"], first["annex"], first["made"]) == ("differs", "0", "1", "0")
    assert (len(made["edited"]["numbers"]), made["edited"]["more"]) == (made["edited"]["apart"], 0)
    told = site.client().get("/api/openapi.json").json()["components"]["schemas"]
    assert "`numbers`: which they are, at most 100" in told["EditedView"]["description"]
    assert "`made`: what was consolidated" in told["NumberApart"]["description"]
    assert office.post(f"{at}/edited/drop").status_code == 409
    assert office.get(f"{at}/ban-da-sua.docx").content == content


def test_whoever_approves_sees_each_number_that_differs(site: Site, programs: Programs) -> None:  # noqa: F811
    """Where it stands, what was made here, what the file says; not only how many and why. No script."""
    site.confirm()
    office, leader = programs(), way_in(site, "lanh-dao", "approver")
    office.post(f"/periods/{site.period()}/consolidate")
    at = f"/consolidations/{report(site)}"
    content = rewritten(office.get(f"{at}/x.docx").content, in_annex("dondoc_so_da_nhan", "7"))
    assert office.post(f"{at}/edited", files={"file": ("sua.docx", content)}, reason="báo miệng").status_code == 200
    assert office.post(f"{at}/submit").status_code == 200
    with browser_page(PHONE) as page:
        page.goto(site.url + leader)
        page.get_by_role("button").last.click()
        page.goto(f"{site.url}/periods/{site.period()}")
        row = page.get_by_role("row", name="thân báo cáo khác phụ lục")
        expect(row).to_be_visible()
        expect(row).to_contain_text("Đã nhận")
        assert row.get_by_role("cell").all_inner_texts() == ["0", "7", "0"]
        expect(page.get_by_role("button", name="Duyệt ban hành lần 1")).to_be_visible()
        fits(page, PHONE)
