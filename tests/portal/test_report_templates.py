"""The department's own Word template, from the starting file to the report."""

import io
from pathlib import Path

from docx import Document
from playwright.sync_api import expect

from tests.portal.browsing import PHONE, browser_page, fits, staff_page
from tests.portal.conftest import Site, token_in
from tests.portal.interface.conftest import Programs, programs  # noqa: F401 - a fixture
from tests.portal.test_issuing import press, report
from tests.reports.test_numbers import in_annex, rewritten
from tests.reports.test_template import own

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PLACE = "197-kh-ubnd--bao-cao-hang-nam"


def test_a_coordinator_hands_in_a_template_and_the_report_is_made_with_it(site: Site, tmp_path: Path) -> None:
    """The starting template is changed in Word, refused with what is wrong, tried, taken; the report is made with it. No script."""
    site.confirm()
    wrong, right = (tmp_path / f"{name}.docx" for name in ("sai", "dung"))
    with browser_page(PHONE) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/registers")
        page.get_by_role("link", name="Mẫu báo cáo tổng hợp").click()
        with page.expect_download() as starting:
            page.get_by_role("link", name="Tải mẫu để bắt đầu").click()
        start = Document(starting.value.path())
        start.paragraphs[0].insert_paragraph_before("Phòng tổng hợp {{so_da_nhn}}")
        start.save(str(wrong))
        start.paragraphs[0].text = "Phòng tổng hợp, đã nhận {{so_da_nhan}}"
        start.save(str(right))
        page.get_by_label("Tệp mẫu").set_input_files(wrong)
        page.get_by_role("button", name="Nộp mẫu").click()
        expect(page.get_by_role("alert")).to_contain_text("Có phải {{so_da_nhan}}?")
        page.get_by_label("Tệp mẫu").set_input_files(right)
        with page.expect_download() as trial:
            page.get_by_role("button", name="Lập thử").click()
        assert Document(trial.value.path()).paragraphs[0].text == "Phòng tổng hợp, đã nhận 2"
        page.get_by_label("Dùng cho").select_option(PLACE)
        page.get_by_label("Tệp mẫu").set_input_files(right)
        page.get_by_role("button", name="Nộp mẫu").click()
        expect(page.get_by_text("đang dùng", exact=True)).to_be_visible()
        fits(page, PHONE)
        page.goto(f"{site.url}/periods/{site.period()}")
        page.get_by_role("button", name="Lập báo cáo tổng hợp").click()
        expect(page.get_by_text("Theo mẫu dung.docx, lần 1.")).to_be_visible()
        with page.expect_download() as made:
            page.get_by_role("link", name=".docx", exact=True).click()
        content = Path(made.value.path()).read_bytes()
        assert Document(io.BytesIO(content)).paragraphs[0].text == "Phòng tổng hợp, đã nhận 0"
        page.goto(f"{site.url}/report-templates")
        page.locator("summary", has_text="Ngừng dùng").click()
        page.get_by_role("button", name="Ngừng dùng mẫu này").click()
        expect(page.get_by_text("đã ngừng", exact=False).first).to_be_visible()


def test_a_template_may_be_as_large_as_its_page_says(site: Site) -> None:
    staff = site.staff()
    page = staff.get("/report-templates")
    assert "tối đa 5 MB" in page.text
    data, file = {"csrf": token_in(page), "place": ""}, ("mau.docx", b"x" * (3 << 20))
    refused = staff.post("/report-templates", data=data, files={"file": file})
    assert (refused.status_code, "không đúng là tệp .docx" in refused.text) == (422, True), "its content was read"
    checked = staff.post("/consolidations/khong-co/check", data=data, files={"file": file})
    assert (checked.status_code, "không đúng là tệp .docx" in checked.text) == (422, True)


def test_what_is_no_template_is_refused_as_every_upload(site: Site) -> None:
    staff = site.staff()
    token = token_in(staff.get("/report-templates"))
    macro = rewritten(own(), lambda xml: xml.replace("main+xml", "main.macroEnabled+xml"), "[Content_Types].xml")
    picture = (
        '<Relationship Id="rId99" TargetMode="External" Target="https://noi-khac.example/a.png" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    relations = "word/_rels/document.xml.rels"
    borrowed = rewritten(own(), lambda xml: xml.replace("</Relationships>", picture), relations)
    for name, content, said in (
        ("mau.docx", borrowed, "liên kết từ tệp khác"),
        ("mau.docm", b"x", "có macro"),
        ("mau.docx", b"x", "không đúng là tệp"),
        ("mau.docx", macro, "macro"),
        ("mau.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "chỉ nhận tệp Word"),
        ("mau.docx", own("{% x %}"), "không nhận lệnh"),
        ("", b"", "chọn tệp"),
    ):
        files = {"file": (name, content)} if name else None
        answer = staff.post("/report-templates", data={"csrf": token, "place": PLACE, "action": "take"}, files=files)
        assert (answer.status_code, said in answer.text) == (422, True), (name, said)
        assert f'value="{PLACE}" selected' in answer.text
    assert press(staff, "/report-templates", "/report-templates/khong-co/withdraw").status_code == 404
    assert staff.get("/report-templates/khong-co/mau.docx").status_code == 404
    assert not list(site.app.settings.files.iterdir()) if site.app.settings.files.is_dir() else True


def test_programs_do_the_same(site: Site, programs: Programs) -> None:  # noqa: F811
    site.confirm()
    office, good = programs(), {"file": ("mau.docx", own("Đã nhận {{so_da_nhan}}"))}
    assert office.get("/report-templates/marks").json()[0]["mark"] == "{{co_quan_cap_tren}}"
    start = office.get("/report-templates/start.docx")
    assert (start.status_code, start.headers["content-type"]) == (200, DOCX)
    refused = office.post("/report-templates", files={"file": ("mau.docx", own("{{la}}"))})
    assert (refused.status_code, "{{la}}" in refused.json()["detail"]) == (422, True)
    assert office.post("/report-templates/try", files=good).content[:2] == b"PK"
    taken = office.post("/report-templates", files=good)
    assert (taken.status_code, taken.json()["new"]) == (201, True)
    assert office.post("/report-templates", files=good).json() == {**taken.json(), "new": False}
    (row,) = office.get("/report-templates").json()
    assert (row["in_force"], row["place"]) == (True, "")
    made = office.post(f"/periods/{site.period()}/consolidate").json()
    assert (made["template"], made["template_problem"]) == (taken.json()["id"], None)
    file = office.get(f"/consolidations/{report(site)}/x.docx").content
    edited = rewritten(file, in_annex("dondoc_so_da_nhan", "1"))
    found = office.post(f"/consolidations/{report(site)}/check", files={"file": ("sua.docx", edited)}).json()
    assert [(d["kind"], d["body"], d["annex"]) for d in found["wrong"]] == [("differs", "0", "1"), ("sum", "", "1")]
    at = f"/report-templates/{row['public_id']}"
    assert office.get(f"{at}/file.docx").content == good["file"][1]
    assert office.post(f"{at}/withdraw").status_code == 200
    assert office.get("/report-templates").json()[0]["in_force"] is False
    assert programs("read").post("/report-templates", files=good).status_code == 403
