"""What a coordinator records in an agency's place, and what the initial review says, on the pages."""

import re

from sqlmodel import select

from models.enums import SubmissionForm
from models.tables import Submission
from obligations.services.lookup import find_period
from obligations.services.reporting.build_report import build_report
from reports.registry import OUTPUTS
from tests.portal.conftest import LATE, PLAN, REPORT, Site
from tests.portal.test_pages import act, key_in

AGENCY, OTHER = "so-tu-phap", "so-y-te"
PAPER = {"form": "paper", "channel": "post", "document_number": "9/BC", "arrived_on": "29/10/2026"}


def test_results_and_figures_typed_by_staff_say_so(site: Site) -> None:
    site.confirm()
    staff, page = site.staff(), f"/assignments/{site.assignment(AGENCY)}"
    shown = staff.get(page).text
    task = re.findall(r'name="result:([^"]+)"', shown)[0]
    typed = {**PAPER, f"result:{task}": "Đã tổ chức 02 hội nghị.", "figure-name:0": "Số lượt người"}
    assert act(staff, page, f"{page}/record", key=key_in(staff.get(page)), **typed).status_code == 422, "no value"
    typed |= {"figure-unit:0": "lượt", "figure-value:0": "120"}
    assert act(staff, page, f"{page}/record", key=key_in(staff.get(page)), **typed).status_code == 303
    shown = staff.get(page).text
    assert "do cán bộ theo dõi nhập" in shown
    assert "Đã tổ chức 02 hội nghị." in shown
    with site.app.read(LATE) as ctx:
        kept = ctx.session.exec(select(Submission)).one()
        assert kept.content["entered_by"] == "staff"
        report = build_report(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0)
        assert [f.note for f in report.figures] == ["cán bộ theo dõi nhập"]
        assert {e.agency for s in report.sections for e in s.entries} == {"Sở Tư pháp (cán bộ theo dõi nhập)"}
        assert "(cán bộ theo dõi nhập)" in OUTPUTS["html"].render(report).decode()
    receipt = site.agency(AGENCY).get(f"/a/receipts/{kept.public_id}").text
    assert "01 số liệu" in receipt or "1 số liệu" in receipt
    assert "cán bộ theo dõi nhập" in receipt


def test_the_review_asks_only_where_nothing_has_come(site: Site) -> None:
    staff, page = site.staff(), f"/assignments/{site.assignment(AGENCY)}"
    assert act(staff, page, f"{page}/record", key=key_in(staff.get(page)), **PAPER).status_code == 303
    period = f"/periods/{site.period()}"
    shown = staff.get(period).text
    assert f'value="{AGENCY}"' not in shown
    assert f'value="{OTHER}"' in shown
    assert "đã nhận</td>" in shown
    act(staff, period, f"{period}/confirm", received=OTHER)
    assert "chưa rõ ngày đến" in staff.get(period).text
    shown = staff.get(f"/assignments/{site.assignment(OTHER)}").text
    assert "Chưa rõ hình thức, theo rà soát ban đầu" in shown
    assert "không có lần trước để so" not in shown
    with site.app.read(LATE) as ctx:
        forms = ctx.session.exec(select(Submission.form).order_by(Submission.id)).all()  # type: ignore[arg-type]
    assert forms == [SubmissionForm.paper, SubmissionForm.stated]


def test_an_accepted_version_is_not_offered_again(site: Site) -> None:
    site.confirm(OTHER)
    staff, page = site.staff(), f"/assignments/{site.assignment(OTHER)}"
    version = re.findall(r'name="submission" value="([^"]+)"', staff.get(page).text)[0]
    act(staff, page, f"{page}/accept", submission=version)
    shown = staff.get(page).text
    assert f"{page}/accept" not in shown
    assert f"{page}/return" in shown
    sheet = staff.get(f"/periods/{site.period()}/chua-gui").text
    assert "đã nhận 01" in sheet
    act(staff, page, f"{page}/return", submission=version, remarks="Bổ sung số liệu")
    sheet = staff.get(f"/periods/{site.period()}/chua-gui").text
    assert "đã nhận 01 (trong đó 01 đề nghị bổ sung, hoàn thiện)" in sheet


def test_a_day_before_the_plan_is_refused_on_the_page(site: Site) -> None:
    site.confirm()
    staff, page = site.staff(), f"/assignments/{site.assignment(AGENCY)}"
    early = {**PAPER, "arrived_on": "01/10/2023"}
    refused = act(staff, page, f"{page}/record", key=key_in(staff.get(page)), **early)
    assert (refused.status_code, "trước ngày ban hành" in refused.text) == (422, True)
