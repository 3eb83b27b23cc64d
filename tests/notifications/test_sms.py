"""A notice as a text message: GSM-7 letters, three parts at most, and what is needed to trust it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.sms import MOST_PARTS, parts_of, plain_letters, render_sms, septets
from tests.notifications.samples import notice
from tests.notifications.test_rendering import EVERY


@pytest.mark.parametrize(("kind", "who", "digest"), EVERY)
def test_every_notice_fits(kind: str, who: str, digest: bool) -> None:
    text = render_sms(kind, notice(kind, who, digest=digest))
    assert text.isascii()
    assert parts_of(text) <= MOST_PARTS
    assert "!" not in text
    assert "DT 0221 3 863 000" in text
    assert "K7MF-2QXR" in text
    assert "Can cu: " in text


def test_it_reads_as_vietnamese_without_marks() -> None:
    assert render_sms("overdue", notice("overdue")) == (
        "So Tai chinh: Don doc gui bao cao nam 2026, qua han 02 ngay (Ke hoach so 197/KH-UBND). "
        "Can cu: Cong van so 1234/STC-DN ngay 01/10/2026. DT 0221 3 863 000. Ma K7MF-2QXR tai baocao.hungyen.example/s"
    )


@given(st.text(max_size=400), st.text(max_size=300))
def test_whatever_is_in_a_name_it_fits(name: str, basis: str) -> None:
    text = render_sms("before", notice("before", consolidator=name[:120], basis_document=basis[:120] or None))
    assert text.isascii()
    assert parts_of(text) <= MOST_PARTS


def test_letters_that_cost_two_are_counted_as_two() -> None:
    assert septets("[a]") == 5
    assert plain_letters("Đường “trục” – 5 €…") == 'Duong "truc" - 5 ?...'
    assert [parts_of("a" * n) for n in (160, 161, 306, 307)] == [1, 2, 2, 3]


@pytest.mark.parametrize(("kind", "who", "digest"), EVERY)
def test_with_diacritics_it_fits_shorter_parts(kind: str, who: str, digest: bool) -> None:
    text = render_sms(kind, notice(kind, who, digest=digest), diacritics=True)
    assert len(text) <= 3 * 67
    assert "Căn cứ: " in text
    assert "ĐT 0221 3 863 000" in text
