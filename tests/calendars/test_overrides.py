"""Override files: the national one, and every way to write one wrong."""

from datetime import date
from pathlib import Path

import pytest

from calendars.errors import CalendarFileError
from calendars.overrides import read_overrides
from calendars.working_days import NATIONAL

GOOD = """days:
  - day: 2026-01-02
    kind: off
    name: Nghỉ
    document: 1/QĐ
    known_since: 2025-12-25
    confirmed: true
"""


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "own.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_national_file_cites_the_document_of_the_new_year_swap() -> None:
    off, worked = read_overrides(NATIONAL)[:2]
    assert (off.day, off.kind) == (date(2026, 1, 2), "off")
    assert (worked.day, worked.kind) == (date(2026, 1, 10), "worked")
    assert {off.document, worked.document} == {"12729/VPCP-KGVX"}
    assert off.known_since == date(2025, 12, 25)


def test_an_unquoted_off_stays_a_word(tmp_path: Path) -> None:
    assert read_overrides(write(tmp_path, GOOD))[0].kind == "off"


WRONG: dict[str, tuple[str | bytes, int, str]] = {
    "unknown field": (GOOD + "    extra: 1\n", 8, "days[1].extra"),
    "unknown field at the top": (GOOD + "more: 1\n", 8, "more"),
    "missing": (GOOD.replace("    document: 1/QĐ\n", ""), 2, "days[1].document"),
    "field twice": (GOOD + "    kind: off\n", 8, "days[1].kind"),
    "impossible date": (GOOD.replace("day: 2026-01-02", "day: 2026-02-30"), 2, "days[1].day"),
    "date in another order": (GOOD.replace("2025-12-25", "25/12/2025"), 6, "days[1].known_since"),
    "kind": (GOOD.replace("kind: off", "kind: half"), 3, "days[1].kind"),
    "confirmed": (GOOD.replace("true", "maybe"), 7, "days[1].confirmed"),
    "empty value": (GOOD.replace("name: Nghỉ", "name:"), 4, "days[1].name"),
    "list as value": (GOOD.replace("name: Nghỉ", "name: [a]"), 4, "days[1].name"),
    "day twice": (GOOD + GOOD.removeprefix("days:\n"), 8, "days[2].day"),
    "not a list": ("days: 3\n", 1, "days"),
    "entry is a word": ("days:\n  - hello\n", 2, "days[1]"),
    "empty": ("", 1, "(file)"),
    "no mapping": ("- 1\n", 1, "(file)"),
    "broken yaml": (GOOD.replace("name: Nghỉ", "name: [Nghỉ"), 5, "(file)"),
    "not utf-8": (GOOD.encode().replace("ỉ".encode(), b"\xff"), 4, "(file)"),
    "too large": (b"#" * 2_000_001, 1, "(file)"),
    "too deep": ("[" * 5000, 1, "(file)"),
    "tag": ("days: !!python/object:os.system\n", 1, "days"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_with_file_line_field_and_advice(case: str, tmp_path: Path) -> None:
    text, line, key = WRONG[case]
    path = write(tmp_path, text)
    with pytest.raises(CalendarFileError) as caught:
        read_overrides(path)
    error = caught.value
    assert (error.file, error.line, error.key) == (str(path), line, key)
    assert error.advice
    assert str(error).startswith(f"{path}:{line}: {key}: ")
    assert "\n" not in str(error)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileError, match="cannot be read"):
        read_overrides(tmp_path / "none.yaml")
