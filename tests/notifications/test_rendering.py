import html as html_module
import re
import unicodedata
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.rendering import ALONE, KINDS, NoticeContext, Rendered, render_notice
from notifications.vietnamese import span
from tests.notifications.make_golden import PAGE, golden_page
from tests.notifications.samples import ADDRESSEES, BASE, REPORT, ZONE, notice

CHASES = (
    "open",
    "before",
    "tomorrow",
    "today",
    "overdue",
    "leader",
    "letter",
    "official_copy",
    "transferred",
    "assigned",
    *ALONE[:3],
)
CITING = tuple(kind for kind in KINDS if kind != "letter")
SHAPES = [(kind, digest) for kind in KINDS for digest in (False, True) if not (digest and kind in ALONE)]
EVERY = [(kind, who, digest) for kind, digest in SHAPES for who in ADDRESSEES]
REQUESTED = [who for who in ADDRESSEES if "requested" in who or who == "association"]


def whole(shown: Rendered) -> str:
    return "\n".join((shown.subject, shown.text, html_module.unescape(shown.html), shown.short))


def words(text: str) -> str:
    return " ".join(text.split())


def test_golden_page_is_what_the_templates_make() -> None:
    assert PAGE.read_text(encoding="utf-8") == golden_page(), "python -m tests.notifications.make_golden, then read it"


@pytest.mark.parametrize(("kind", "who", "digest"), EVERY)
def test_every_notice_keeps_the_register(kind: str, who: str, digest: bool) -> None:
    shown = render_notice(kind, notice(kind, who, digest=digest))
    text = whole(shown)
    assert "!" not in re.sub(r"<!doctype html>", "", text)
    assert not re.search("[\U0001f300-\U0001faff\u2600-\u27bf]", text)
    assert "None" not in text
    assert not re.search(r"\bngày cuối\b|hạn chót|cảnh cáo|yêu cầu", text)
    assert shown.text.startswith("Kính gửi: ")
    assert "Trân trọng./." in shown.text
    assert len(shown.subject) <= 120
    assert len(shown.short) <= 2000
    assert unicodedata.is_normalized("NFC", text)
    assert max(len(line) for line in shown.text.split("\n") if "https://" not in line) <= 80
    assert "\n\n\n" not in shown.text
    assert not any(line != line.rstrip() for line in shown.text.split("\n"))
    assert "<table" not in shown.html
    assert "\n" not in shown.subject


@pytest.mark.parametrize("kind", CHASES)
@pytest.mark.parametrize("who", ADDRESSEES)
def test_every_chase_begs_pardon_in_every_form(kind: str, who: str) -> None:
    shown = render_notice(kind, notice(kind, who))
    for form in (shown.text, shown.html, shown.short):
        assert "Nếu đã gửi, xin bỏ qua" in words(form)


@pytest.mark.parametrize("kind", CITING)
@pytest.mark.parametrize("basis", [None, "Công văn số 1234/STC-DN ngày 01/10/2026"])
def test_every_notice_cites_its_basis_and_can_be_checked(kind: str, basis: str | None) -> None:
    shown = render_notice(kind, notice(kind, basis_document=basis))
    for form in (shown.text, shown.html):
        assert BASE.landline is not None
        assert BASE.landline in form
        assert BASE.portal_host in form
        assert BASE.unit_line in form
        assert f"Căn cứ: {basis}" in form if basis else "Căn cứ trực tiếp: Kế hoạch số 197/KH-UBND" in form
    assert basis in shown.short if basis else "Căn cứ trực tiếp" in shown.short
    assert "197/KH-UBND" in shown.subject


@pytest.mark.parametrize(("kind", "digest"), SHAPES)
@pytest.mark.parametrize("who", REQUESTED)
def test_requested_bodies_are_asked_courteously_and_never_called_overdue(kind: str, who: str, digest: bool) -> None:
    context = notice(kind, who, digest=digest)
    # Even a caller that counts days for them changes nothing.
    context = replace(context, items=[replace(item, days_late=9) for item in context.items])
    text = whole(render_notice(kind, context))
    assert "quá hạn" not in text.lower()
    assert "đôn đốc" not in text.lower()
    assert "Sau thời gian trên" not in text
    assert "khẩn trương" not in text
    if kind in CHASES:
        assert "trân trọng đề nghị" in words(text).lower()


MORNING = datetime(2026, 11, 2, 8, tzinfo=ZONE)


@pytest.mark.parametrize("kind", KINDS)
def test_without_days_late_nothing_is_overdue(kind: str) -> None:
    context = notice(kind)
    calm = replace(context, items=[replace(item, days_late=None) for item in context.items])
    assert "quá hạn" not in whole(render_notice(kind, calm)).lower()


@pytest.mark.parametrize(
    ("as_of", "grace", "said"),
    [
        (MORNING, False, True),
        (MORNING, True, False),  # 02/11 is still grace
        (MORNING.replace(day=3), True, True),
        (MORNING.replace(month=10, day=30), False, False),  # whatever was counted, the day has not come
    ],
)
def test_overdue_waits_for_the_end_of_grace_whatever_was_counted(as_of: datetime, grace: bool, said: bool) -> None:
    item = replace(REPORT, grace_applies=grace, days_late=2)
    text = whole(render_notice("overdue", replace(BASE, items=[item], as_of=as_of)))
    assert ("quá hạn" in text) is said


def test_extension_moves_what_may_be_called_overdue() -> None:
    item = replace(REPORT, days_late=2, extended_to=date(2026, 11, 15))
    assert "quá hạn" not in whole(render_notice("overdue", replace(BASE, items=[item], as_of=MORNING)))


def test_days_are_counted_in_two_digits_with_weekday_and_date() -> None:
    text = words(render_notice("before", notice("before")).text)
    assert "còn 07 ngày làm việc" in text
    assert "Ngày làm việc cuối trong hạn: thứ Sáu, 30/10/2026" in text
    assert "trước ngày 01/11 hàng năm (hết thứ Bảy, 31/10/2026)" in text
    assert "quá hạn 02 ngày" in render_notice("overdue", notice("overdue")).subject


def test_tomorrow_over_a_weekend_is_not_called_tomorrow() -> None:
    item = replace(REPORT, due_on=date(2026, 11, 2), practical_due_on=date(2026, 11, 2), days_left=1)
    friday = datetime(2026, 10, 30, 8, tzinfo=ZONE)
    text = words(render_notice("tomorrow", replace(BASE, items=[item], as_of=friday)).text)
    assert "Ngày làm việc tới, thứ Hai, 02/11/2026," in text
    assert "mai" not in text


@pytest.mark.parametrize(
    ("name", "kind", "head"),
    [
        ("Sở Công Thương", "government", "Đồng chí Giám đốc Sở Công Thương"),
        ("Ủy ban nhân dân xã Tiên Lữ", "government", "Đồng chí Chủ tịch UBND xã Tiên Lữ"),
        ("Thanh tra tỉnh", "government", "Đồng chí Chánh Thanh tra tỉnh"),
        ("Đảng ủy xã Tiên Lữ", "party", "Đồng chí Bí thư Đảng ủy xã Tiên Lữ"),
        ("Ban Dân vận Tỉnh ủy", "party", "Đồng chí Trưởng Ban Dân vận Tỉnh ủy"),
        ("Hiệp hội doanh nghiệp tỉnh", "association", "Ông/Bà Chủ tịch Hiệp hội doanh nghiệp tỉnh"),
        ("Trung tâm X", "government", "Đồng chí Thủ trưởng Trung tâm X"),
    ],
)
def test_leaders_are_addressed_by_post(name: str, kind: str, head: str) -> None:
    context = notice("leader", "leader", agency_name=name, agency_kind=kind)
    assert render_notice("leader", context).text.startswith(f"Kính gửi: {head}\n")


def test_quan_tam_chi_dao_is_for_leaders_only() -> None:
    for kind in KINDS:
        said = "quan tâm chỉ đạo" in words(whole(render_notice(kind, notice(kind))))
        assert said is (kind == "leader")


def test_leader_message_names_the_notice_before_it() -> None:
    assert "thông báo ngày 02/11/2026" in words(render_notice("leader", notice("leader", "leader")).text)


def test_warning_of_reporting_upward_stands_only_in_the_letter_for_signature() -> None:
    for kind in KINDS:
        for who in ADDRESSEES:
            said = "Sau thời gian trên" in whole(render_notice(kind, notice(kind, who)))
            assert said is (kind == "letter" and who in ("clerk government", "leader", "report to another body"))


def test_letter_for_signature_speaks_to_the_body_without_link_or_automatic_signature() -> None:
    shown = render_notice("letter", notice("letter", "leader"))
    assert shown.text.startswith("Kính gửi: Ủy ban nhân dân xã Tiên Lữ\n")
    assert "https://" not in whole(shown)
    assert "Thông báo tự động" not in whole(shown)


def test_preview_has_no_link_and_no_landline_when_there_is_none() -> None:
    shown = render_notice("before", notice("before", link=None, landline=None))
    assert "https://" not in whole(shown)
    assert "Điện thoại" not in shown.text


def test_digest_lists_every_item_with_its_own_state() -> None:
    text = render_notice("overdue", notice("overdue", digest=True)).text
    assert "1. Báo cáo hằng năm" in text
    assert "2. Rà soát" in text
    assert "Tình trạng: quá hạn 02 ngày, chưa gửi" in text
    assert "Hạn ấn định nội bộ: hết" in text


def test_long_digest_keeps_the_limits_and_the_link() -> None:
    context = notice("before")
    long = replace(context.items[0], title="Báo cáo " + "rất dài " * 60)
    shown = render_notice("returned", replace(context, items=[replace(long, remarks="bổ sung " * 900)]))
    assert len(shown.subject) <= 120
    assert len(shown.short) <= 2000
    assert shown.short.endswith(f"\n{context.link}")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.seen.append(tag)


def tags(shown: Rendered) -> set[str]:
    parser = _Tags()
    parser.feed(shown.html)
    return set(parser.seen)


ATTACK = st.text(max_size=80) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "{% include 'x' %}",
        "a\r\nBcc: x@y",
        "a\u2028b\x00",
        "</p><img src=x onerror=1>",
        "\u202etxt",
    ]
)


@settings(max_examples=60, deadline=None)
@given(title=ATTACK, name=ATTACK, remarks=ATTACK, basis=ATTACK)
def test_no_value_becomes_markup_template_or_line(title: str, name: str, remarks: str, basis: str) -> None:
    item = replace(notice("returned").items[0], title=f"x {title}", remarks=remarks)
    context: NoticeContext = replace(BASE, agency_name=f"x {name}", basis_document=basis, items=[item])
    shown = render_notice("returned", context)
    assert tags(shown) <= tags(render_notice("returned", notice("returned")))
    assert "\n" not in shown.subject
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e]", shown.subject + shown.text + shown.short
    )
    assert "49" not in shown.subject.replace(title, "").replace("149", "")


def test_a_request_says_its_minute_its_urgency_and_how_far_off_it_is() -> None:
    asked = render_notice("request", notice("request"))
    assert asked.subject.startswith("Hỏa tốc: Báo cáo hằng năm")
    assert "trước 10h00 ngày 30/10/2026" in asked.subject
    assert "xuất hỗ trợ.\n\nGửi bản mềm trước" in asked.text
    assert "Thời hạn: 10 giờ 00 phút, thứ Sáu, 30/10/2026 (còn 26 giờ)" in words(asked.text)
    assert "“Đã nhận, đang thực hiện”" in asked.text
    assert "còn 02 giờ" in render_notice("request_reminder", notice("request_reminder")).subject
    assert "quá hạn 22 giờ" in words(render_notice("request_overdue", notice("request_overdue")).text)
    assert "ngày làm việc" not in whole(asked)


def test_a_request_without_a_document_is_cited_by_its_moment() -> None:
    context = notice("request", basis_document=None, plan_citation="Đề nghị lúc 15 giờ 10 phút ngày 29/10/2026")
    facts = replace(context.items[0].request, by_document=False)  # type: ignore[type-var]
    context = replace(context, items=[replace(context.items[0], request=facts)])
    asked = render_notice("request", context)
    assert words(asked.text).startswith("Kính gửi: Sở Công Thương Sở Tài chính đề nghị Quý cơ quan thực hiện")
    assert "15 giờ" not in asked.subject
    assert "theo đề nghị lúc 15 giờ 10 phút" in words(render_notice("request_reminder", context).text)


@pytest.mark.parametrize(
    ("minutes", "said"), [(5, "05 phút"), (60, "01 giờ"), (90, "01 giờ 30 phút"), (181, "03 giờ"), (26 * 60, "26 giờ")]
)
def test_hours_are_told_as_people_say_them(minutes: int, said: str) -> None:
    assert span(minutes) == said


def test_a_request_is_never_a_digest() -> None:
    with pytest.raises(ValueError, match="never a digest"):
        render_notice("request", notice("request", digest=True))


@pytest.mark.parametrize("kind", ["retracted", "correction", "returned", "transferred", "request_cancelled"])
def test_what_a_person_typed_ends_its_sentence_once(kind: str) -> None:
    asked = notice(kind)
    asked = replace(asked, items=[replace(asked.items[0], remarks="Hạn đúng là 10/11/2026.")])
    assert "Hạn đúng là 10/11/2026" in render_notice(kind, asked).short
    assert not re.search(r"2026\.\s*[.;)]", render_notice(kind, asked).short)


def test_unknown_kinds_and_empty_notices_are_refused() -> None:
    with pytest.raises(ValueError, match="threat"):
        render_notice("threat", BASE)
    with pytest.raises(ValueError, match="at least one item"):
        render_notice("before", replace(BASE, items=[]))
