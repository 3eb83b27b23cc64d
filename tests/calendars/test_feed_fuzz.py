"""No text from a person can become calendar structure, and what comes back is what was meant."""

import random
import re
import unicodedata
from datetime import UTC, date, datetime

import pytest
import vobject
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from calendars.entry import SUMMARY_MAX, FeedEntry, build_event, render_entry
from calendars.feed import FeedHead, build_calendar, render_feed
from calendars.lint import lint_feed
from calendars.text import clean_text, clean_uri, one_line

CREATED = datetime(2026, 10, 1, 1, tzinfo=UTC)
INJECTION = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil@x\r\n"
NASTY = st.sampled_from(
    ["\r\n", "\n", "\r", "\x00", "\x0b", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ud800", "\ufeff", "\t", " ",
     "\\", "\\n", "\\N", ",", ";", ":", '"', "^", "=", "😀", "👨‍👩‍👧", "ế", "e\u0302\u0301", "\u0301", "Đ", INJECTION]
)  # fmt: skip
TEXT = st.lists(NASTY | st.text(st.characters(), max_size=8), max_size=25).map("".join)
LETTERS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\\"), max_size=200)


def entry(summary: str, description: str, category: str = "Đang mở", url: str = "https://a.example/") -> FeedEntry:
    return FeedEntry(
        "dl-1@dondoc.example", 3, CREATED, CREATED, summary, description, date(2026, 10, 30), url=url,
        categories=(category,),
    )  # fmt: skip


def unescape(value: str) -> str:
    """TEXT of RFC 5545, 3.3.11. icalendar's own reading takes a backslash before an n for a line break."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def values(body: bytes) -> dict[str, str]:
    lines = body.decode().replace("\r\n ", "").split("\r\n")
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")]
    return dict(line.split(":", 1) for line in event)


@settings(max_examples=200, deadline=None)
@given(TEXT, TEXT, TEXT, TEXT, TEXT)
@example(INJECTION, INJECTION, INJECTION, INJECTION, INJECTION)
@example("a\\Nb", "a\n\u0301b", "e\x00\u0301", "n\u2028\u0303", "\ud83d")
def test_no_text_becomes_structure(summary: str, description: str, category: str, url: str, name: str) -> None:
    event = entry(f"[Đang mở] {summary}", description, f"c{category}", f"https://a.example/{url}")
    head = FeedHead(f"L{name}", description, CREATED, f"https://a.example/{url}")
    body = render_feed(head, [render_entry(event)])
    assert lint_feed(body) == []
    whole = build_calendar(head)
    whole.add_component(build_event(event))
    assert body == whole.to_ical()
    (component,) = vobject.readComponents(body.decode())
    component.validate(raiseException=True)
    assert [child.name for child in component.components()] == ["VTIMEZONE", "VEVENT"]
    found = values(body)
    assert unescape(found["DESCRIPTION"]) == clean_text(description) == component.vevent.description.value
    assert unescape(found["SUMMARY"]) == one_line(event.summary, SUMMARY_MAX) == component.vevent.summary.value
    assert found["UID"] == event.uid
    assert body.count(b"\r\nUID:") == body.count(b"\r\nBEGIN:VEVENT\r\n") == 1


@settings(max_examples=150, deadline=None)
@given(LETTERS)
@example(unicodedata.normalize("NFD", "Báo cáo kết quả thực hiện Kế hoạch số 197/KH-UBND, kỳ 2026"))
def test_plain_text_comes_back_as_it_was_in_nfc(text: str) -> None:
    body = render_feed(FeedHead("Lịch", "", CREATED), [render_entry(entry("s", text))])
    assert str(Calendar.from_ical(body).walk("VEVENT")[0]["DESCRIPTION"]) == unicodedata.normalize("NFC", text)


@settings(max_examples=200, deadline=None)
@given(TEXT)
def test_cleaning_is_settled_and_keeps_every_visible_character(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u2028\u2029]", cleaned)
    bare = clean_uri(text)
    assert bare.isascii()
    assert not re.search(r"\s", bare)


@settings(max_examples=200, deadline=None)
@given(TEXT, st.integers(5, 130))
def test_a_summary_is_one_short_line_of_whole_letters(text: str, most: int) -> None:
    line = one_line(text, most)
    assert len(line) <= most
    assert "\n" not in line
    full = " ".join(clean_text(text).split())
    assert line == full or line.endswith("…") or not unicodedata.combining(full[0]) or full.endswith(line)
    assert unicodedata.is_normalized("NFC", line)


def test_a_long_summary_is_cut_with_an_ellipsis_before_a_joined_letter() -> None:
    assert one_line("abcdefghij", 8) == "abcdefg…"
    assert one_line("abcd q\u0303q\u0303q\u0303", 8) == "abcd q…" or len(one_line("abcd q\u0303q\u0303q\u0303", 8)) <= 8
    assert not one_line("abcde👨‍👩‍👧xyz", 8).removesuffix("…").endswith("\u200d")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"uid": "a\r\nb"}, "uid"),
        ({"uid": ""}, "uid"),
        ({"sequence": -1}, "sequence"),
        ({"starts_on": None}, "starts_on"),
        ({"due_at": CREATED}, "starts_on"),
        ({"changed_at": datetime(2026, 1, 1)}, "time zone"),  # noqa: DTZ001 - the mistake under test
    ],
)
def test_what_cannot_be_an_event_is_refused(changes: dict[str, object], problem: str) -> None:
    good: dict[str, object] = {
        "uid": "a@b", "sequence": 0, "created_at": CREATED, "changed_at": CREATED, "summary": "s", "description": "",
        "starts_on": date(2026, 1, 1),
    }  # fmt: skip
    with pytest.raises(ValueError, match=problem):
        FeedEntry(**{**good, **changes})  # type: ignore[arg-type]


def test_the_lint_never_raises_on_damaged_bytes() -> None:
    good = render_feed(FeedHead("Lịch", "Mô tả", CREATED), [render_entry(entry("Tóm tắt, a; b", "Mô tả " * 40))])
    chance = random.Random(197)
    lines = good.split(b"\r\n")
    for _ in range(300):
        damaged = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(damaged))
            damaged[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        lint_feed(bytes(damaged))
        shuffled = [line for line in lines if chance.random() > 0.1]
        shuffled.insert(chance.randrange(len(shuffled) + 1), chance.choice(lines))
        lint_feed(b"\r\n".join(shuffled))
    for nothing in (b"", b"\r\n", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"END:VCALENDAR\r\n", b"\x00"):
        assert lint_feed(nothing)
