"""What may be added up, and how a sum is printed."""

from decimal import Decimal

import pytest

from obligations.rules.totals import Given, number_text, sums


def given(agency: str, value: str, **other: str) -> Given:
    return Given(
        agency, **{"clause": "III.1", "name": "Số lớp", "unit": "lớp", "kind": "thực hiện", **other}, value=value
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1234.5", "1.234,5"),
        ("24", "24"),
        ("1000000", "1.000.000"),
        ("0.50", "0,5"),
        ("-1200", "-1.200"),
        ("1E+3", "1.000"),
    ],
)
def test_sums_are_printed_as_documents_print_them(value: str, text: str) -> None:
    assert number_text(Decimal(value)) == text


def test_figures_of_one_name_unit_and_kind_come_to_a_sum() -> None:
    (found,) = sums([given("A", "1.200,5"), given("B", "34", name="số  LỚP"), given("B", "x", kind="ước thực hiện")])
    assert (found.name, found.agencies, found.value) == ("Số lớp", 2, Decimal("1234.5"))


@pytest.mark.parametrize(
    "second",
    [
        given("A", "3"),
        given("B", "khoảng 3"),
        given("B", "9" * 21),
        given("B", "3", unit="buổi"),
        given("B", "3", kind="lũy kế từ đầu năm"),
        given("B", "3", clause="III.2"),
    ],
)
def test_no_sum_of_one_agency_of_other_things_or_of_what_is_no_number(second: Given) -> None:
    assert sums([given("A", "12"), second]) == []


@pytest.mark.parametrize(
    "other", [{"unit": "%"}, {"unit": "người/km2"}, {"name": "Tỷ lệ hộ nghèo"}, {"name": "Thu nhập bình quân"}]
)
def test_rates_and_averages_are_never_added(other: dict[str, str]) -> None:
    assert sums([given("A", "12", **other), given("B", "13", **other)]) == []
