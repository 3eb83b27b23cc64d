"""The words of every message."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.rendering import KINDS, NoticeContext, render_notice
from tests.notifications.make_golden import GOLDEN, contexts, page
from tests.notifications.samples import CLERK, PARTY

CHASES = ("before", "tomorrow", "today", "overdue", "leader", "official_copy")


def test_the_page_of_all_messages_is_as_it_was_read() -> None:
    assert page() == GOLDEN.read_text(encoding="utf-8"), "run: python -m tests.notifications.make_golden, and read it"


@pytest.mark.parametrize("kind", KINDS)
def test_no_message_shouts_or_overstates(kind: str) -> None:
    for context in contexts(kind).values():
        text = render_notice(kind, context)
        whole = f"{text.subject} {text.text} {text.short}"
        assert "!" not in whole
        assert "None" not in whole
        assert "Trân trọng./." in text.text
        assert len(text.subject) <= 120
        if kind in CHASES:
            assert "xin bỏ qua" in text.text
            assert "xin bỏ qua" in text.short


@pytest.mark.parametrize("kind", KINDS)
def test_overdue_is_said_only_when_the_rules_allow_it(kind: str) -> None:
    calm = replace(CLERK, items=[replace(CLERK.items[0], days_late=None)])
    for context in (calm, PARTY):
        text = render_notice(kind, context)
        assert "quá hạn" not in f"{text.subject} {text.text} {text.short}"


def test_a_letter_to_a_head_names_the_notice_before_it() -> None:
    text = render_notice("leader", contexts("leader")["lãnh đạo"])
    assert "đã có thông báo ngày 02/11/2026" in text.text
    assert text.text.startswith("Kính gửi: Đồng chí Thủ trưởng Sở Công Thương")


def test_a_preview_shows_no_link() -> None:
    text = render_notice("today", replace(CLERK, link=None))
    assert "https://" not in text.text


@settings(max_examples=50)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_a_strange_name_cannot_break_the_page(name: str) -> None:
    context: NoticeContext = replace(CLERK, agency_name=f"<b>{name}</b>")
    text = render_notice("today", context)
    assert "\n" not in text.subject
    assert "<b>" not in text.html.replace("</body>", "")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        render_notice("threat", CLERK)
