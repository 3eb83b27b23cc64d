"""Disputes, decisions and mergers as the agency and the coordinator meet them in a browser."""

import html
from datetime import date, timedelta

from models.enums import SuccessionKind
from obligations.rules.successions import Step
from obligations.services.agencies.record_succession import Act, record_succession
from obligations.services.feeds.publish_feed import refresh_feeds
from tests.portal.conftest import Site, token_in

DISPUTING, OTHER = "so-cong-thuong", "so-tu-phap"


def test_an_agency_disputes_and_the_coordinator_decides(site: Site) -> None:
    site.confirm()
    agency, public_id = site.agency(DISPUTING), site.assignment(DISPUTING)
    page = agency.get(f"/a/{public_id}")
    asked = {"csrf": token_in(page), "reason": "Không thuộc chức năng", "evidence": "Công văn số 9/SCT ngày 19/11/2026"}
    assert agency.post(f"/a/{public_id}/dispute", data={**asked, "reason": " "}).status_code == 422
    assert agency.post(f"/a/{public_id}/dispute", data=asked).status_code == 303
    assert "Chờ phân công" in agency.get(f"/a/{public_id}").text

    staff = site.staff()
    board = html.unescape(staff.get("/").text)
    assert board.index("Chờ phân công") < board.index("</ul>")
    assert "quyết định cần nêu thời hạn mới" in board
    assert "01 đầu việc chờ phân công" in html.unescape(staff.get(f"/periods/{site.period()}").text)
    page = staff.get(f"/assignments/{public_id}")
    assert "Công văn số 9/SCT ngày 19/11/2026" in page.text
    ruling = {"csrf": token_in(page), "outcome": "to", "to": OTHER, "number": "20/QĐ-UBND", "decided_on": "19/11/2026"}
    late = staff.post(f"/assignments/{public_id}/decide", data=ruling)
    assert (late.status_code, "phải nêu thời hạn mới" in html.unescape(late.text)) == (422, True)
    assert staff.post(f"/assignments/{public_id}/decide", data={**ruling, "due_on": "11/12/2026"}).status_code == 303
    shown = html.unescape(staff.get(f"/assignments/{site.assignment(OTHER)}").text)
    assert "Vì sao cơ quan này có đầu việc" in shown
    assert "Quyết định số 20/QĐ-UBND ngày 19/11/2026" in shown
    assert "Không còn thực hiện" in agency.get(f"/a/{public_id}").text


def test_a_decision_takes_names_with_commas_codes_and_nothing_unknown(site: Site) -> None:
    site.confirm()
    agency, public_id = site.agency(DISPUTING), site.assignment(DISPUTING)
    asked = {"reason": "Không thuộc chức năng", "evidence": "Công văn số 9/SCT ngày 19/11/2026"}
    agency.post(f"/a/{public_id}/dispute", data={**asked, "csrf": token_in(agency.get(f"/a/{public_id}"))})
    staff, path = site.staff(), f"/assignments/{public_id}"
    page = staff.get(path)
    assert '<option value="Sở Văn hóa, Thể thao và Du lịch">' in page.text
    ruling = {"csrf": token_in(page), "outcome": "to", "number": "20/QĐ-UBND", "decided_on": "19/11/2026"}
    ruling["due_on"] = "11/12/2026"
    wrong = staff.post(f"{path}/decide", data={**ruling, "to": ["Sở Tư pháp", "Sở Không Có"]})
    assert (wrong.status_code, "Danh mục không có cơ quan “Sở Không Có”" in html.unescape(wrong.text)) == (422, True)
    assert 'value="Sở Tư pháp"' in html.unescape(wrong.text), "what was typed stays"
    taken = ["Sở Văn hóa, Thể thao và Du lịch", "so-tu-phap, so-y-te", ""]
    assert staff.post(f"{path}/decide", data={**ruling, "to": taken}).status_code == 303
    reason = "Quyết định số 20/QĐ-UBND ngày 19/11/2026"
    for code in ("so-van-hoa-the-thao-du-lich", OTHER, "so-y-te"):
        assert reason in html.unescape(staff.get(f"/assignments/{site.assignment(code)}").text), code


def test_a_stranger_disputes_nothing(site: Site) -> None:
    site.confirm()
    agency, foreign = site.agency(DISPUTING), site.assignment(OTHER)
    token = token_in(agency.get(f"/a/{site.assignment(DISPUTING)}"))
    answer = agency.post(f"/a/{foreign}/dispute", data={"csrf": token, "reason": "x", "evidence": "y"})
    assert answer.status_code == 404
    assert site.client().post(f"/a/{foreign}/dispute", data={"reason": "x", "evidence": "y"}).status_code in (401, 403)


def test_after_a_merger_an_old_link_opens_the_successors_page_and_what_was_sent(site: Site) -> None:
    site.confirm(DISPUTING)
    old, sent = site.agency("so-tu-phap"), site.assignment(DISPUTING)
    with site.app.write(site.now, "test") as ctx:
        step = Step(SuccessionKind.merge, (DISPUTING, "so-tu-phap"), ("so-noi-vu",), date(2026, 11, 19))
        record_succession(ctx, Act(step, "21/QĐ-UBND, 18/11/2026"))
        refresh_feeds(ctx)
    site.now += timedelta(minutes=1)
    page = html.unescape(old.get("/a").text)
    assert "Sở Nội vụ" in page
    assert "của Sở Công Thương" in page
    read = old.get(f"/a/{sent}")
    assert read.status_code == 200
    assert "Nội dung này không còn phải gửi." in html.unescape(read.text)
    form = {"csrf": token_in(old.get("/a")), "form": "nil", "key": "k" * 24}
    assert old.post(f"/a/{sent}", data=form).status_code == 404, "nobody sends in the name of who is gone"
