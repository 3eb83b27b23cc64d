"""``dondoc phrase``: one Vietnamese deadline sentence, or a file of them, to structured data."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from cli.output import Format
from cli.session import parse_day
from obligations.clock import local_date, utc_now
from obligations.errors import Refused
from obligations.settings import read_settings
from plans.phrase.days import FIRST_YEAR, LAST_YEAR
from plans.phrase.judge import read_phrase
from plans.phrase.reading import PhraseReading

_SHOWN = 400


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(phrase)


def phrase(
    text: str | None = typer.Argument(
        None, help="the sentence; without it and without --jsonl, standard input is read"
    ),
    year: int | None = typer.Option(None, help=f"date what repeats or prints no year; {FIRST_YEAR} to {LAST_YEAR}"),
    context_date: str | None = typer.Option(None, help="day of the document the sentence stands in, YYYY-MM-DD"),
    jsonl: str | None = typer.Option(
        None, help="file (or - for standard input) of objects with text, context_date, year"
    ),
    inclusive: Annotated[
        bool, typer.Option("--inclusive", help="read “trước ngày D” as up to and including D")
    ] = False,
    style: Format = typer.Option(Format.json, "--format", help="json, or table for a readable explanation"),
) -> None:
    """Read a deadline as official documents write it: kind, rhythm, last dates, hour, parties, and why."""
    if year is not None:
        _in_range(year)
    context = _context(context_date)
    if jsonl is None:
        given = text if text is not None else sys.stdin.buffer.read().decode("utf-8", "replace")
        _show(_read(given, year, context, strict=not inclusive), style)
        return
    if text is not None:
        raise typer.BadParameter("give either a sentence or --jsonl, not both.")
    for result in _results(jsonl, year, context, strict=not inclusive):
        print(json.dumps(result, ensure_ascii=False), flush=jsonl == "-")


def _in_range(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise typer.BadParameter(f"--year {year} is outside {FIRST_YEAR} to {LAST_YEAR}.")


def _context(text: str | None) -> date | None:
    if text is None:
        return None
    day = parse_day(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise typer.BadParameter(f"--context-date {text} is outside {FIRST_YEAR} to {LAST_YEAR}.")
    return day


def _read(text: str, year: int | None, context: date | None, *, strict: bool) -> PhraseReading:
    """With neither a year nor a day of the document, this year is taken and the result says so."""
    if year is not None or context is not None:
        return read_phrase(text, year=year, context_date=context, strict=strict)
    this_year = local_date(utc_now(), read_settings().timezone).year
    found = read_phrase(text, year=this_year, strict=strict, year_from="today")
    if found.year_from != "today":
        return found
    said = f"Câu không ghi năm; năm {this_year} lấy theo ngày hôm nay. Nêu --year hoặc --context-date để tính cho năm khác."
    return replace(found, warnings=(*found.warnings, said))


def _results(name: str, year: int | None, context: date | None, *, strict: bool) -> Iterator[dict[str, Any]]:
    with _opened(name) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            where = f"{'standard input' if name == '-' else name}, line {number}"
            text, own_year, own_context = _asked(line, where)
            asked = own_year if own_year is not None else None if own_context else year
            yield _read(text, asked, own_context or context, strict=strict).to_json()


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - closed below; only opening may be refused
    except OSError as error:
        raise Refused(
            f"{name}: cannot be read ({error.strerror}); give a readable file, or - for standard input"
        ) from error
    with file:
        yield file


def _asked(line: bytes, where: str) -> tuple[str, int | None, date | None]:
    """What one line asks; a wrong one is refused with its place, its field and what to write."""
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refused(f"{where}: not a JSON object ({str(error)[:80]}); write one object a line, UTF-8") from error
    if not isinstance(value, dict):
        raise Refused(f'{where}: not a JSON object; write for example {{"text": "trước ngày 01/11 hằng năm"}}')
    text, year = value.get("text"), value.get("year")
    if not isinstance(text, str):
        raise Refused(f"{where}: text: missing or not a string; give the sentence as text")
    if year is not None and (type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR):
        raise Refused(
            f"{where}: year: {str(year)[:40]} is no year from {FIRST_YEAR} to {LAST_YEAR}; correct it or leave it out"
        )
    return text, year, _day_of(value.get("context_date"), where)


def _day_of(value: Any, where: str) -> date | None:
    if value is None:
        return None
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Refused(
            f"{where}: context_date: {str(value)[:40]} is no date; write YYYY-MM-DD or leave it out"
        ) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refused(
            f"{where}: context_date: {value} is outside {FIRST_YEAR} to {LAST_YEAR}; correct it or leave it out"
        )
    return day


def _show(found: PhraseReading, style: Format) -> None:
    if style == Format.json:
        print(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
        return
    for name, value in found.to_json().items():
        if name not in ("why", "warnings") and value not in (None, []):
            print(f"{name}: {_cell(value)}")
    for line in found.why:
        print(f"  - {line}")
    for line in found.warnings:
        print(f"  ! {line}")


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k}={v}" for k, v in value.items() if v is not None)
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
