"""Reading a register and matching it: examples of what clerks write, and properties."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obligations.rules.register.columns import by_content, by_heading, missing
from obligations.rules.register.kinds import Owed, Sender, Sureness
from obligations.rules.register.match import match_rows
from obligations.rules.register.names import canonical, initials, plain, variants
from obligations.rules.register.report_words import cited_year, cites, stretches
from obligations.rules.register.rows import Incoming, Wrong, day_in, read_row, same_number
from obligations.rules.register.senders import kind_of, sign_of
from obligations.services.desk.register_file import read_register
from obligations.services.table_file import TableError

TODAY = date(2026, 11, 19)
PLACES = {
    "incoming_number": 0, "arrived_on": 1, "author": 2, "number": 3, "issued_on": 4, "summary": 5, "code": 6,
}  # fmt: skip
STP = Sender(1, ("Sở Tư pháp", "Sở Tư pháp"), "H33.12")
SNN = Sender(2, ("Sở Nông nghiệp và Môi trường", "Sở NN&MT", "Sở Tài nguyên và Môi trường", "Sở TN&MT"))
XA = Sender(3, ("Ủy ban nhân dân xã Tân Hưng", "UBND xã Tân Hưng"))
PHUONG = Sender(4, ("Ủy ban nhân dân phường Tân Hưng", "UBND phường Tân Hưng"))
ALL = (STP, SNN, XA, PHUONG)


def owed(sender: Sender, **more: object) -> Owed:
    values = {
        "key": f"dv-{sender.key}", "sender": sender.key, "title": "Báo cáo hằng năm", "cited": ("197/KH-UBND",),
        "year": 2026, "opens_on": date(2026, 10, 1), "issued_on": date(2023, 12, 28), "when": "năm 2026",
    }  # fmt: skip
    return Owed(**{**values, **more})  # type: ignore[arg-type]


def doc(author: str = "Sở Tư pháp", number: str = "45/BC-STP", summary: str = "", **more: object) -> Incoming:
    values = {
        "line": 1, "incoming_number": "1001", "arrived_on": date(2026, 10, 30), "author": author, "number": number,
        "issued_on": date(2026, 10, 29), "code": "",
        "summary": summary or "Báo cáo kết quả thực hiện Kế hoạch số 197/KH-UBND năm 2026",
    }  # fmt: skip
    return Incoming(**{**values, **more})  # type: ignore[arg-type]


def judged(row: Incoming, *duties: Owed) -> tuple[Sureness, tuple[str, ...]]:
    (found,) = match_rows([row], ALL, duties or tuple(owed(s) for s in ALL))
    return found.sureness, found.owed


@pytest.mark.parametrize(
    ("author", "sender"),
    [
        ("Sở Tư pháp", STP),
        ("SỞ TƯ PHÁP", STP),
        ("so tu phap", STP),
        ("Sở Tư pháp tỉnh Hưng Yên", STP),
        ("Sở Tư pháp, tỉnh Hưng Yên", STP),
        ("Sở NN&MT", SNN),
        ("Sở NN & MT", SNN),
        ("Sở Nông nghiệp & Môi trường", SNN),
        ("Sở Tài nguyên và Môi trường", SNN),
        ("UBND xã Tân Hưng", XA),
        ("Xã Tân Hưng", XA),
        ("HĐND và UBND xã Tân Hưng", XA),
        ("Văn phòng HĐND và UBND xã Tân Hưng - tỉnh Hưng Yên", XA),
        ("UBND phường Tân Hưng", PHUONG),
        ("Tân Hưng", None),
        ("Sở Tư phát", None),
    ],
)
def test_a_name_is_recognised_beyond_doubt_or_not_at_all(author: str, sender: Sender | None) -> None:
    sureness, keys = judged(doc(author, "45/BC"))
    if sender is None:
        assert sureness != Sureness.sure
    else:
        assert (sureness, keys) == (Sureness.sure, (f"dv-{sender.key}",))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (doc(number="45/BC-SNNMT"), "ký hiệu văn bản của cơ quan khác"),
        (doc(summary="Báo cáo kết quả thực hiện Kế hoạch số 197/KH-UBND năm 2025"), "năm 2025"),
        (doc(summary="Kế hoạch thực hiện Kế hoạch số 197/KH-UBND", number="9/KH-STP"), "không phải là báo cáo"),
        (doc(arrived_on=date(2026, 9, 30), issued_on=None), "trước ngày mở kỳ 01/10/2026"),
        (doc(summary="Báo cáo công tác năm 2026"), "không nêu 197/KH-UBND"),
        (doc(code="H33.99"), None),
        (doc(author="UBND xã Tân Hưng", number="1/BC-UBND", code="H33.12"), "không cùng một nơi"),
        (doc(author="Phòng Kinh tế Sở Tư pháp", number="1/BC-KT"), "đơn vị thuộc"),
        (doc(author="Sở Tư phát"), "gần giống"),
        (
            doc(summary="V/v xin gia hạn báo cáo kết quả thực hiện Kế hoạch số 197/KH-UBND", number="45/STP-VP"),
            "không phải là",
        ),
        (
            doc(summary="V/v góp ý dự thảo báo cáo thực hiện Kế hoạch 197/KH-UBND", number="45/CV-STP"),
            "không phải là báo cáo",
        ),
        (
            doc(summary="Giấy mời họp thông qua báo cáo Kế hoạch 197/KH-UBND", number="3/GM-STP"),
            "không phải là báo cáo",
        ),
        (doc(summary="Báo cáo, đề nghị lùi thời hạn thực hiện Kế hoạch 197/KH-UBND"), "“lùi thời”"),
        (doc(summary="Dự thảo báo cáo thực hiện Kế hoạch số 197/KH-UBND"), "“dự thảo”"),
        (doc(summary="Báo cáo thực hiện Kế hoạch số 197-KH/TU của Tỉnh ủy"), "không nêu 197/KH-UBND"),
        (doc(summary="Báo cáo thực hiện Kế hoạch số 197/KH-STP"), "không nêu 197/KH-UBND"),
        (
            doc(summary="Báo cáo thực hiện Kế hoạch số 197/KH-UBND ngày 15/5/2026 của UBND xã"),
            "không phải của năm 2023",
        ),
        (doc(summary="Báo cáo sơ kết 6 tháng thực hiện Kế hoạch số 197/KH-UBND"), "khoảng thời gian khác"),
        (doc(summary="Báo cáo quý III thực hiện Kế hoạch số 197/KH-UBND năm 2026"), "khoảng thời gian khác"),
    ],
)
def test_whatever_speaks_against_leaves_it_to_a_person(row: Incoming, why: str | None) -> None:
    (found,) = match_rows([row], ALL, [owed(s) for s in ALL])
    if why is None:  # a code that nobody has says nothing
        assert found.sureness == Sureness.sure
        return
    assert found.sureness == Sureness.doubtful
    assert found.owed
    assert why in "; ".join(found.reasons)


@pytest.mark.parametrize(
    "summary",
    [
        "Báo cáo thực hiện KH 197/KH-UBND ngày 28/12/2023 của UBND tỉnh",
        "Báo cáo thực hiện Nghị quyết 41-NQ/TW và 197/KH-UBND của tỉnh",
        "V/v báo cáo kết quả thực hiện KH số 197",
        "Báo cáo thực hiện Kế hoạch số197 / KH - UBND ngày 28 tháng 12 năm 2023",
        "Gửi báo cáo kết quả thực hiện Kế hoạch 197/KH-UBND, năm 2026",
    ],
)
def test_the_plan_is_found_however_it_is_cited(summary: str) -> None:
    assert judged(doc(summary=summary, number="45/STP-VP"), owed(STP)) == (Sureness.sure, ("dv-1",))


def test_parts_of_a_year_are_told_apart() -> None:
    assert stretches("quy iii va 9 thang, 6 thang dau nam") == {"quy 3", "9 thang", "6 thang dau"}
    quarter = owed(STP, title="Báo cáo quý", when="quý III năm 2026")
    assert judged(doc(summary="Báo cáo quý III/2026 thực hiện Kế hoạch số 197/KH-UBND"), quarter)[0] == Sureness.sure
    assert judged(doc(summary="Báo cáo quý 2 thực hiện Kế hoạch số 197/KH-UBND"), quarter)[0] == Sureness.doubtful
    half = owed(STP, when="6 tháng đầu năm 2026")
    assert judged(doc(summary="Báo cáo 6 tháng thực hiện Kế hoạch số 197/KH-UBND"), half)[0] == Sureness.sure
    late = doc(summary="Báo cáo sáu tháng cuối năm thực hiện Kế hoạch số 197/KH-UBND")
    assert judged(late, half)[0] == Sureness.doubtful


def test_what_is_no_report_of_anybody_is_left_aside() -> None:
    assert judged(doc(number="12/GM-STP", summary="Giấy mời họp"))[0] == Sureness.unmatched
    assert judged(doc(author="Bộ Tài chính", number="99/BTC-NSNN"))[0] == Sureness.unmatched
    assert judged(doc(), owed(STP, is_open=False))[0] == Sureness.unmatched
    assert judged(doc(), owed(SNN))[0] == Sureness.unmatched


def test_a_document_is_recorded_once_and_may_arrive_again_by_another_way() -> None:
    again = owed(STP, is_open=False, recorded=(("1001", "45/BC-STP", None),))
    assert judged(doc(number="045/BC - STP"), again)[0] == Sureness.recorded
    (found,) = match_rows([doc(incoming_number="2002")], ALL, [again])
    assert found.sureness == Sureness.sure
    assert "thêm một lần đến" in found.reasons[-1]
    same_day = owed(STP, is_open=False, recorded=(("", "45/BC-STP", date(2026, 10, 30)),))
    assert judged(doc(incoming_number="2002"), same_day)[0] == Sureness.recorded
    assert judged(doc(number="46/BC-STP"), again)[0] == Sureness.unmatched


def test_two_documents_for_one_duty_are_for_a_person() -> None:
    rows = [doc(line=1), doc(line=2, number="46/BC-STP", incoming_number="1002")]
    assert [m.sureness for m in match_rows(rows, ALL, [owed(STP)])] == [Sureness.doubtful] * 2
    twice = [doc(line=1), doc(line=2, incoming_number="1002")]
    assert [m.sureness for m in match_rows(twice, ALL, [owed(STP)])] == [Sureness.sure] * 2, "one document, two ways"


def test_duties_that_fit_alike_are_for_a_person_and_the_title_decides() -> None:
    year, half = owed(STP), owed(STP, key="dv-6t", title="Báo cáo sáu tháng về hội nghị doanh nghiệp")
    assert judged(doc(), year, half)[0] == Sureness.doubtful
    said = doc(summary="Báo cáo sáu tháng về hội nghị doanh nghiệp theo Kế hoạch số 197/KH-UBND năm 2026")
    assert judged(said, year, half) == (Sureness.sure, ("dv-6t", "dv-1"))


def test_small_readings() -> None:
    assert plain("Đ/c Nguyễn  VĂN–A") == "d c nguyen van a"
    assert canonical("UBND TX Mỹ Hào") == "uy ban nhan dan thi xa my hao"
    assert "xa tan hung" in variants("VP HĐND và UBND xã Tân Hưng")
    assert {"snnmt", "stnmt"} <= initials(SNN.names)
    assert (kind_of("45/BC-STP"), sign_of("45/2026/BC-SNN&MT"), sign_of("45/BC")) == ("bc", "snnmt", "")
    assert cites("Thực hiện KH số 197 / KH-UBND", "197/KH-UBND")
    assert not cites("Thực hiện Kế hoạch số 1197/KH-UBND", "197/KH-UBND")
    assert not cites("Thực hiện Kế hoạch số 19 năm 2026", "197/KH-UBND")
    assert not cites("Thực hiện Kế hoạch số 197-KH/TU", "197/KH-UBND")
    assert cited_year("KH 197/KH-UBND ngày 28 tháng 12 năm 2023", "197/KH-UBND") == 2023
    assert cited_year("KH 197/KH-UBND, ngày 28/12/2023", "197/KH-UBND") == 2023
    assert cited_year("KH 197/KH-UBND năm 2026", "197/KH-UBND") is None
    assert day_in("ngày 5 tháng 10 năm 2026") == day_in("46300") == day_in("46300.5") == date(2026, 10, 5)
    assert day_in("12345") is None
    assert same_number("045 / bc-STP", "45/BC-stp")
    assert not same_number("", "")
    assert day_in("31/10/2026 16:59") == day_in("2026-10-31T16:59:00") == day_in("31.10.26") == date(2026, 10, 31)
    assert day_in("31/02/2026") is None


def test_columns_by_heading_in_many_spellings_and_by_content() -> None:
    said = (
        "TT",
        "SỐ ĐẾN",
        "Ngày tháng đến",
        "Tên cơ quan, tổ chức ban hành văn bản",
        "Số, ký hiệu",
        "Ngày VB",
        "Trích yếu nội dung",
    )
    found = by_heading(said)
    assert found == {"incoming_number": 1, "author": 3, "number": 4, "issued_on": 5, "summary": 6}
    assert missing(found) == ["arrived_on"]
    rows = [
        ["1", "1001", "30/10/2026", "Sở Tư pháp", "45/BC-STP", "29/10/2026", "Báo cáo kết quả thực hiện kế hoạch"],
        ["2", "1002", "30/10/2026", "UBND xã A", "7/BC-UBND", "28/10/2026", "Báo cáo năm"],
    ]
    assert by_content(rows) == {
        "incoming_number": 1, "arrived_on": 2, "author": 3, "number": 4, "issued_on": 5, "summary": 6,
    }  # fmt: skip


def test_a_row_says_everything_that_is_wrong_with_it() -> None:
    found = read_row(7, ["x" * 121, "30/11/2026", "A", "", "31/02/2026"], PLACES, TODAY)
    assert isinstance(found, list)
    assert {w.field for w in found} == {"arrived_on", "number", "issued_on", "incoming_number"}
    later = read_row(8, ["1", "30/10/2026", "A", "1/BC", "31/10/2026"], PLACES, TODAY)
    assert later == [Wrong(8, "issued_on", "31/10/2026", "1/BC, A")]


def test_what_screens_and_sheets_give_is_read() -> None:
    title = "SỔ VĂN BẢN ĐẾN\nTừ ngày 01/10/2026\n"
    counted = "Số đến\tNgày đến\tNơi gửi\tSố ký hiệu\n(1)\t(2)\t(3)\t(4)\n12\t30/10/2026\tSở Tư pháp\t45/BC-STP\n"
    below = read_register(counted.encode(), TODAY)
    assert ([r.line for r in below.rows], below.wrong) == ([3], [])
    row = 'Số đến\tNgày đến\tNơi gửi\tSố ký hiệu\tTrích yếu\n12\t30/10/2026\tSở Tư pháp\t45/BC-STP\tBáo cáo "quý IV\n'
    (found,) = read_register((title + row).encode(), TODAY).rows
    assert (found.line, found.summary) == (4, 'Báo cáo "quý IV')
    two = "Số đến\tNgày đến\tTác giả\tSố VB\tKý hiệu\n5\t30/10/2026\tSở Tư pháp\t45\tBC-STP\n6\t30/10/2026\tSở Y tế\t\t9/CV-SYT\n"
    assert [r.number for r in read_register(two.encode(), TODAY).rows] == ["45/BC-STP", "9/CV-SYT"]
    spaced = "12  30/10/2026  Sở Tư pháp  45/BC-STP  Báo cáo kết quả"
    (found,) = read_register(spaced.encode(), TODAY).rows
    assert (found.author, found.number, found.incoming_number) == ("Sở Tư pháp", "45/BC-STP", "12")
    assert read_register("Nơi gửi;Trích yếu\nA;B".encode(), TODAY).lacking == ["arrived_on", "number"]
    named = read_register(b"A;45/BC-A;30/10/2026", TODAY, {"author": 0, "number": 1, "arrived_on": 2})
    assert [r.author for r in named.rows] == ["A"]


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_whatever_is_pasted_is_read_or_refused_in_words(content: bytes) -> None:
    with contextlib.suppress(TableError):  # the page has words for each of its codes
        read_register(content, TODAY)


@given(st.lists(st.tuples(*(st.text(max_size=30) for _ in range(3))), max_size=8))
def test_matching_never_fails_and_nothing_unknown_is_sure(rows: list[tuple[str, str, str]]) -> None:
    documents = [doc(author, number, summary or "x", line=n) for n, (author, number, summary) in enumerate(rows)]
    for match in match_rows(documents, ALL, [owed(s) for s in ALL]):
        if match.sureness == Sureness.sure:
            assert cites(match.row.summary, "197/KH-UBND")
