"""Names stand as a Vietnamese reader looks for them."""

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.library import HUNG_YEN
from plans.name_order import name_order
from plans.reading import read_registry

NAMES = st.text(st.sampled_from("aăâbdđeêioôơuưy ạấđĐÂ0129-'"), max_size=12)


@pytest.mark.parametrize(
    "names",
    [
        ("Diên Hà", "Duy Tiên", "Đại Đồng", "Đoàn Đào"),
        ("An", "Ăn", "Ân", "Ba", "Dê", "Đe", "Ô", "Ơ", "Phố", "Ưng", "Vân"),
        ("ma", "mà", "mả", "mã", "má", "mạ", "mạc"),
        ("Tiền Hải", "Tiên Hưng", "Tiên Lữ"),
        ("Đồng Bằng", "Đông Hưng", "Đồng Hưng"),
        ("Vạn Xuân", "Văn Giang"),
        ("Hồng Minh", "Hồng Vũ", "Hồngan"),
        ("Phường 2", "Phường 10", "Phường An"),
    ],
)
def test_the_alphabet_first_and_the_tone_last(names: Sequence[str]) -> None:
    mixed = names[::-1]
    assert sorted(mixed, key=name_order) == list(names)


@given(NAMES, NAMES)
def test_however_it_is_written(one: str, other: str) -> None:
    for form in ("NFC", "NFD"):
        assert name_order(unicodedata.normalize(form, one)) == name_order(one)
    assert name_order(one.upper()) == name_order(one)
    assert (name_order(one) == name_order(other)) == (
        unicodedata.normalize("NFC", one).lower() == unicodedata.normalize("NFC", other).lower()
    )


def test_a_tone_counts_wherever_it_stands_in_its_word() -> None:
    assert name_order("hòa")[:2] == name_order("hoà")[:2]


def test_communes_stand_by_the_alphabet_within_their_kind() -> None:
    """D and Đ stood mixed, as did ê and e, ô and o: they were sorted by their codes."""
    communes = [a for a in read_registry(HUNG_YEN).agencies if a.level == "commune"]
    shown = [a.short_name for a in communes if a.kind == "government"]
    assert shown == sorted(shown, key=lambda name: ("phường" not in name, name_order(name)))
    assert shown.index("UBND xã Diên Hà") + 1 == shown.index("UBND xã Đại Đồng")
    party = [a.short_name.removeprefix("Đảng ủy ") for a in communes if a.kind == "party"]
    assert party == [name.removeprefix("UBND ") for name in shown]
