"""The override file as CSV: the same days as in YAML, and the line of every mistake."""

from datetime import date
from pathlib import Path

import pytest

from calendars.errors import CalendarFileError
from calendars.overrides import read_overrides

HEAD = "day,kind,name,document,known_since,confirmed\n"
SWAP = '2026-08-31,off,"Nghỉ, hoán đổi",99/VPCP,2026-08-14,true\n2026-08-22,worked,Làm bù,99/VPCP,2026-08-14,TRUE\n'


def write(folder: Path, text: str, name: str = "days.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_csv_and_yaml_say_the_same(tmp_path: Path) -> None:
    yaml = """days:
  - {day: 2026-08-31, kind: off, name: "Nghỉ, hoán đổi", document: 99/VPCP, known_since: 2026-08-14, confirmed: true}
  - {day: 2026-08-22, kind: worked, name: Làm bù, document: 99/VPCP, known_since: 2026-08-14, confirmed: true}
"""
    days = read_overrides(write(tmp_path, HEAD + SWAP), "imported")
    assert days == read_overrides(write(tmp_path, yaml, "days.yaml"), "imported")
    assert (days[0].day, days[0].name, days[0].origin) == (date(2026, 8, 31), "Nghỉ, hoán đổi", "imported")


@pytest.mark.parametrize("change", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n"), lambda t: t + "\n\n"])
def test_what_spreadsheets_add_is_no_mistake(change: object, tmp_path: Path) -> None:
    assert len(read_overrides(write(tmp_path, change(HEAD + SWAP)))) == 2  # type: ignore[operator]


def test_semicolons_of_a_vietnamese_spreadsheet(tmp_path: Path) -> None:
    text = HEAD.replace(",", ";") + "2026-08-31;off;Nghỉ, hoán đổi;99/VPCP;2026-08-14;true\n"
    assert read_overrides(write(tmp_path, text))[0].name == "Nghỉ, hoán đổi"


WRONG = {
    "column missing": ("day,kind,name,document,confirmed\n", 1, "(header)"),
    "column unknown": (HEAD.strip() + ",more\n", 1, "(header)"),
    "empty file": ("", 1, "(header)"),
    "too few values": (HEAD + "2026-08-31,off\n", 2, "(row)"),
    "comma not quoted": (HEAD + SWAP.replace('"', ""), 2, "(row)"),
    "empty value": (HEAD + SWAP.replace("99/VPCP", "", 1), 2, "document"),
    "impossible date": (HEAD + SWAP.replace("2026-08-22", "2026-02-30"), 3, "day"),
    "date out of range": (HEAD + SWAP.replace("2026-08-22", "2101-01-01"), 3, "day"),
    "kind": (HEAD + SWAP.replace("worked", "work"), 3, "kind"),
    "confirmed": (HEAD + SWAP.replace("TRUE", "yes"), 3, "confirmed"),
    "day twice": (HEAD + SWAP + SWAP.splitlines()[0] + "\n", 4, "day"),
    "off and worked": (HEAD + SWAP + "2026-08-31,worked,x,1/QĐ,2026-08-14,true\n", 4, "day"),
    "field too large": (HEAD + SWAP.replace("Làm bù", "x" * 140_000), 3, "(row)"),
    "control character": (HEAD + SWAP.replace("Làm bù", "Làm\x00bù"), 3, "name"),
    "name too long": (HEAD + SWAP.replace("Làm bù", "x" * 301), 3, "name"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_with_its_line(case: str, tmp_path: Path) -> None:
    text, line, key = WRONG[case]
    with pytest.raises(CalendarFileError) as caught:
        read_overrides(write(tmp_path, text))
    assert (caught.value.line, caught.value.key) == (line, key)
    assert caught.value.advice


def test_a_day_both_off_and_worked_is_called_a_contradiction(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileError, match="cannot be both off \\(line 2\\) and worked"):
        read_overrides(write(tmp_path, WRONG["off and worked"][0]))
