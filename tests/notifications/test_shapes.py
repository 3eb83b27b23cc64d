"""A notice filled into a shared shape is the notice that the templates would have made for that agency alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications import rendering
from notifications.layout import CLOSE, LINK, NAME, OPEN, without_marks, wrap
from notifications.notice_view import line
from notifications.rendering import NoticeContext, Rendered, render_notice, render_subject
from tests.notifications.samples import notice
from tests.notifications.test_rendering import EVERY

NAMES = st.text(min_size=1, max_size=160).filter(
    lambda name: bool(line(without_marks(name)).strip())
) | st.sampled_from(
    ["Ủy ban nhân dân xã Nguyễn Văn Linh", "Hiệp hội Doanh nghiệp <nhỏ & vừa>", "Sở Tài chính", "a-b " * 40, "{{ n }}"]
)


def alone(kind: str, context: NoticeContext) -> Rendered:
    """The notice by the templates themselves, with the agency's own words in them."""
    kept = rendering._same_words
    rendering._same_words = lambda *_: False
    try:
        return render_notice(kind, context)
    finally:
        rendering._same_words = kept


@pytest.mark.parametrize(("kind", "who", "digest"), EVERY)
def test_every_notice_filled_is_the_notice_rendered(kind: str, who: str, digest: bool) -> None:
    context = notice(kind, who, digest=digest)
    assert render_notice(kind, context) == alone(kind, context)


@given(name=NAMES, which=st.sampled_from(EVERY))
@settings(max_examples=60)
def test_any_name_reads_as_if_the_text_were_its_own(name: str, which: tuple[str, str, bool]) -> None:
    kind, who, digest = which
    context = notice(kind, who, digest=digest, agency_name=name)
    shown = render_notice(kind, context)
    assert shown == alone(kind, context)
    assert render_subject(kind, context) == shown.subject
    assert not set(shown.text + shown.html + shown.short + shown.subject) & {NAME, LINK, OPEN, CLOSE}


@given(st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=90), max_size=60))
def test_wrapped_lines_keep_every_word_and_their_width(words: list[str]) -> None:
    text = wrap(" ".join(words), "  ", "    ")
    assert text.split() == " ".join(words).split()
    for row in text.split("\n"):
        assert len(row) <= 76 or len(row.split()) == 1
