"""Feeds: bytes that every client reads alike."""

from datetime import UTC, date, datetime

import pytest
import vobject
from icalendar import Calendar

from calendars.entry import FeedEntry, build_event, render_entry
from calendars.feed import FeedHead, build_calendar, render_feed
from calendars.lint import lint_feed

CREATED = datetime(2026, 10, 1, 1, tzinfo=UTC)
HEAD = FeedHead(
    "Lịch thời hạn – Kế hoạch 197/KH-UBND",
    "Mọi thời hạn; cập nhật mỗi giờ, do Sở Tài chính",
    CREATED,
    "https://dondoc.example/f/p/197-kh-ubnd/lich.ics",
)


def entry(number: int = 1, **changes: object) -> FeedEntry:
    values: dict[str, object] = {
        "uid": f"dl-{number}@dondoc.example",
        "sequence": 0,
        "created_at": CREATED,
        "changed_at": CREATED,
        "summary": "[Đang mở] Báo cáo hằng năm, kỳ 2026; gửi Sở Tài chính \\ 😀",
        "description": "Thời hạn theo văn bản: trước ngày 01/11 hàng năm.\nNgày làm việc cuối trong hạn: thứ Sáu, 30/10/2026 "
        * 3,
        "starts_on": date(2026, 10, 30),
        "url": "https://dondoc.example/periods/abc",
        "categories": ("Đang mở", "Báo cáo, định kỳ"),
    }
    return FeedEntry(**{**values, **changes})  # type: ignore[arg-type]


def feed(*entries: FeedEntry) -> bytes:
    return render_feed(HEAD, [render_entry(e) for e in entries])


def test_six_deadlines_are_six_events_for_every_parser() -> None:
    body = feed(*(entry(n) for n in range(6)))
    assert lint_feed(body) == []
    events = Calendar.from_ical(body).walk("VEVENT")
    assert [str(e["SUMMARY"]) for e in events] == [entry().summary] * 6
    component = next(vobject.readComponents(body.decode()))
    component.validate(raiseException=True)
    assert len(component.vevent_list) == 6
    assert component.vevent_list[0].description.value == entry().description


def test_joined_bytes_are_what_icalendar_writes() -> None:
    calendar = build_calendar(HEAD)
    for number in range(3):
        calendar.add_component(build_event(entry(number)))
    assert feed(*(entry(n) for n in range(3))) == calendar.to_ical(sorted=True)


def test_an_empty_feed_is_valid() -> None:
    assert lint_feed(feed()) == []


def test_a_private_feed_prints_no_address() -> None:
    body = render_feed(FeedHead("Sở Công Thương", "Lịch riêng", CREATED), [])
    assert b"SOURCE" not in body
    assert lint_feed(body) == []


def test_a_time_of_day_is_a_block_that_ends_at_it() -> None:
    due = datetime(2026, 10, 30, 10, tzinfo=UTC)
    body = feed(entry(starts_on=None, due_at=due))
    assert b"DTSTART:20261030T093000Z" in body
    assert b"DTEND:20261030T100000Z" in body
    assert lint_feed(body) == []


def test_an_entry_without_a_date_is_refused() -> None:
    with pytest.raises(ValueError, match="starts_on"):
        render_entry(entry(starts_on=None))


BROKEN = {
    "LF only": lambda b: b.replace(b"\r\n", b"\n"),
    "is longer than 75": lambda b: b.replace(b"\r\n ", b""),
    "folded inside a character": lambda b: b.replace("Đang".encode(), b"\xc4\r\n \x90ang", 1),
    "no DTSTAMP": lambda b: b.replace(b"DTSTAMP:20261001T010000Z\r\n", b""),
    "given 2 times": lambda b: b.replace(b"UID:dl-2@", b"UID:dl-1@"),
    "not after": lambda b: b.replace(b"DTEND;VALUE=DATE:20261031", b"DTEND;VALUE=DATE:20261029"),
    "another type": lambda b: b.replace(b"DTEND;VALUE=DATE:20261031", b"DTEND:20261031T000000Z"),
    "floating": lambda b: b.replace(b"DTSTART;VALUE=DATE:20261030", b"DTSTART:20261030T093000").replace(
        b"DTEND;VALUE=DATE:20261031", b"DTEND:20261030T100000"
    ),
    "not UTF-8": lambda b: b.replace("Đang".encode(), b"\xd0ang"),
    "no VTIMEZONE": lambda b: b.replace(
        b"DTSTART;VALUE=DATE:20261030", b"DTSTART;TZID=Asia/Tokyo:20261030T093000"
    ).replace(b"DTEND;VALUE=DATE:20261031", b"DTEND;TZID=Asia/Tokyo:20261030T100000"),
    "not a content line": lambda b: b.replace(b"STATUS:CONFIRMED", b"hello there"),
    "does not end": lambda b: b.removesuffix(b"END:VCALENDAR\r\n"),
    "no UID": lambda b: b.replace(b"UID:dl-1@dondoc.example\r\n", b""),
    "itself has a UID": lambda b: b.replace(b"CALSCALE:", b"UID:x\r\nCALSCALE:"),
    "METHOD": lambda b: b.replace(b"CALSCALE:", b"METHOD:PUBLISH\r\nCALSCALE:"),
    "no VALUE": lambda b: b.replace(b"REFRESH-INTERVAL;VALUE=DURATION", b"REFRESH-INTERVAL"),
    "unescaped": lambda b: b.replace(b"SUMMARY:", b"SUMMARY:a;b"),
}


@pytest.mark.parametrize("problem", BROKEN)
def test_the_lint_names_each_way_to_break_a_feed(problem: str) -> None:
    body = BROKEN[problem](feed(entry(1), entry(2)))
    assert body != feed(entry(1), entry(2)), "the variant did not change anything"
    wanted = {"LF only": "CRLF", "no DTSTAMP": "no DTSTAMP"}.get(problem, problem)
    assert any(wanted in found for found in lint_feed(body)), lint_feed(body)
