from collections import Counter
from datetime import date

import pytest

from plans.library import HUNG_YEN
from plans.reading import read_registry
from plans.registry import RegistryFile

OCTOBERS = [date(2024, 10, 1), date(2025, 10, 1), date(2026, 10, 1)]


@pytest.fixture(scope="module")
def registry() -> RegistryFile:
    return read_registry(HUNG_YEN)


def test_104_communes_of_which_11_phuong(registry: RegistryFile) -> None:
    communes = [a for a in registry.agencies if a.level == "commune" and a.kind == "government"]
    assert Counter(a.code.split("-")[1] for a in communes) == {"xa": 93, "phuong": 11}
    assert len({a.official_code for a in communes}) == 104
    assert all(a.official_code and len(a.official_code) == 5 for a in communes)
    assert all("  " not in a.name for a in communes)
    assert {a.valid_from for a in communes} == {date(2025, 7, 1)}


def test_a_commune_reads_as_people_write_it(registry: RegistryFile) -> None:
    by_code = {a.code: a for a in registry.agencies}
    committee, party = by_code["ubnd-phuong-pho-hien"], by_code["dang-uy-xa-tien-lu"]
    assert (committee.name, committee.short_name, committee.official_code) == (
        "Ủy ban nhân dân phường Phố Hiến",
        "UBND phường Phố Hiến",
        "11953",
    )
    assert (party.name, party.kind, party.duty, party.official_code) == (
        "Đảng ủy xã Tiên Lữ",
        "party",
        "requested",
        None,
    )


def test_groups_follow_the_reorganisation(registry: RegistryFile) -> None:
    groups = ("so-ban-nganh", "cap-huyen", "huyen-uy", "cap-xa", "dang-uy-xa", "doan-the-tinh", "co-quan-bao-chi")
    sizes = {code: [len(registry.resolve(code, day)) for day in OCTOBERS] for code in groups}
    assert sizes == {
        "so-ban-nganh": [18, 13, 13],
        "cap-huyen": [10, 0, 0],
        "huyen-uy": [10, 0, 0],
        "cap-xa": [0, 104, 104],
        "dang-uy-xa": [0, 104, 104],
        "doan-the-tinh": [6, 6, 6],
        "co-quan-bao-chi": [2, 1, 1],
    }


def test_the_receiver_changes_with_the_merger(registry: RegistryFile) -> None:
    days = [date(2025, 2, 28), date(2025, 3, 1), date(2026, 10, 31)]
    assert [registry.resolve("co-quan-tong-hop", day) for day in days] == [
        ["so-ke-hoach-dau-tu"],
        ["so-tai-chinh"],
        ["so-tai-chinh"],
    ]
    assert registry.resolve("co-quan-tong-hop", date(2020, 1, 1)) == []


def test_only_bodies_under_the_issuer_are_bound(registry: RegistryFile) -> None:
    duties = {(a.kind, a.duty) for a in registry.agencies}
    assert duties == {
        ("government", None),
        ("party", "requested"),
        ("mass", "requested"),
        ("press", "requested"),
        ("association", "requested"),
        ("vertical", "requested"),
    }


def test_whoever_ends_has_a_succession_that_says_so(registry: RegistryFile) -> None:
    gone = {a.code for a in registry.agencies if a.valid_to is not None}
    assert gone == {code for s in registry.successions for code in s.from_}


def test_the_district_level_ends_without_successor(registry: RegistryFile) -> None:
    ended = [s for s in registry.successions if s.on == date(2025, 7, 1) and s.kind == "end"]
    assert [len(s.from_) for s in ended] == [10, 10]
    assert all(s.to == [] and s.confidence == "H" for s in ended)


def test_the_communes_of_the_former_territory_can_be_named_alone(registry: RegistryFile) -> None:
    assert len(registry.resolve("cap-xa-dia-ban-truoc-sap-nhap", OCTOBERS[2])) == 39


def test_an_agency_code_resolves_to_itself_while_valid(registry: RegistryFile) -> None:
    assert registry.resolve("so-ke-hoach-dau-tu", OCTOBERS[0]) == ["so-ke-hoach-dau-tu"]
    assert registry.resolve("so-ke-hoach-dau-tu", OCTOBERS[1]) == []
    with pytest.raises(KeyError):
        registry.resolve("khong-co", OCTOBERS[0])
    with pytest.raises(KeyError):
        registry.members_of("khong-co")
