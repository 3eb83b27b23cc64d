"""The fifteen broken feeds that no validator catches all of, and the rest of the checklist; each from a clean base."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from calendars.entry import FeedEntry, render_entry
from calendars.feed import FeedHead, render_feed
from calendars.lint import lint_feed

CREATED = datetime(2026, 10, 1, 1, tzinfo=UTC)
DUE = datetime(2026, 10, 30, 10, tzinfo=UTC)
START, END = b"DTSTART:20261030T093000Z", b"DTEND:20261030T100000Z"


def timed(number: int) -> FeedEntry:
    return FeedEntry(
        uid=f"dl-{number}@dondoc.example", sequence=number, created_at=CREATED, changed_at=CREATED,
        summary="[Đang mở] Báo cáo, kỳ 2026; gửi Sở Tài chính", description="Ngày làm việc cuối trong hạn. " * 10,
        due_at=DUE, url="https://dondoc.example/p", categories=("Đang mở",),
    )  # fmt: skip


BASE = render_feed(
    FeedHead("Lịch thời hạn", "Mô tả", CREATED, "https://dondoc.example/f/p/x/y.ics"),
    [render_entry(timed(1)), render_entry(timed(2))],
)


def swap(old: bytes, new: bytes, count: int = 1) -> Callable[[bytes], bytes]:
    return lambda body: body.replace(old, new, count)


SPAN = START + b"\r\n" + END
FIFTEEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "continuation without space": (swap(b"\r\n ", b"\r\n", -1), "not a content line"),
    "fold inside a UTF-8 sequence": (swap("Đ".encode(), b"\xc4\r\n \x90"), "folded inside a character"),
    "not folded": (swap(b"\r\n ", b"", -1), "longer than 75 octets"),
    "LF only": (swap(b"\r\n", b"\n", -1), "CRLF"),
    "missing DTSTAMP": (swap(b"DTSTAMP:20261001T010000Z\r\n", b""), "no DTSTAMP"),
    "duplicate UID": (swap(b"UID:dl-2@", b"UID:dl-1@"), "given 2 times"),
    "DTEND before DTSTART": (swap(END, b"DTEND:20261030T090000Z"), "not after"),
    "DTEND DATE against DATE-TIME": (swap(END, b"DTEND;VALUE=DATE:20261031"), "another type"),
    "DTEND garbage": (swap(END, b"DTEND:soon"), "DTEND"),
    "naive local time": (swap(SPAN, b"DTSTART:20261030T163000\r\nDTEND:20261030T170000"), "floating"),
    "non-UTF-8": (swap("Đang".encode(), "Đang".encode("cp1258")), "not UTF-8"),
    "TZID without VTIMEZONE": (
        swap(SPAN, b"DTSTART;TZID=Asia/Tokyo:20261030T183000\r\nDTEND;TZID=Asia/Tokyo:20261030T190000"),
        "no VTIMEZONE",
    ),
    "unescaped ; and raw newline": (swap(b"SUMMARY:", b"SUMMARY:a;b\r\nc "), "unescaped"),
    "no END:VCALENDAR": (swap(b"END:VCALENDAR\r\n", b""), "does not end with END:VCALENDAR"),
    "missing UID": (swap(b"UID:dl-1@dondoc.example\r\n", b""), "no UID"),
}
OTHERS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "zero length": (swap(END, b"DTEND:20261030T093000Z"), "not after"),
    "byte order mark": (lambda body: b"\xef\xbb\xbf" + body, "byte order mark"),
    "control character": (swap(b"SUMMARY:", b"SUMMARY:\x0b"), "control character"),
    "DEL": (swap(b"SUMMARY:", b"SUMMARY:\x7f"), "control character"),
    "bare CR": (swap(b"SUMMARY:", b"SUMMARY:a\rb"), "CRLF"),
    "NFD": (swap("Lịch".encode(), "Li\u0323ch".encode()), "not NFC"),
    "NFD across a fold": (swap(b"SUMMARY:", "SUMMARY:o\r\n \u0301".encode()), "not NFC"),
    "no LAST-MODIFIED": (
        lambda b: b.replace(b"LAST-MODIFIED:20261001T010000Z\r\nSTATUS", b"STATUS", 1),
        "no LAST-MODIFIED",
    ),
    "no SEQUENCE": (swap(b"SEQUENCE:1\r\n", b""), "no SEQUENCE"),
    "SUMMARY twice": (swap(b"STATUS:", b"SUMMARY:again\r\nSTATUS:"), "SUMMARY twice"),
    "METHOD": (swap(b"CALSCALE:", b"METHOD:PUBLISH\r\nCALSCALE:"), "METHOD"),
    "UID of the calendar": (swap(b"CALSCALE:", b"UID:x\r\nCALSCALE:"), "itself has a UID"),
    "COMMENT in VTIMEZONE": (swap(b"TZID:", b"COMMENT:x\r\nTZID:"), "COMMENT"),
    "REFRESH-INTERVAL untyped": (swap(b"INTERVAL;VALUE=DURATION", b"INTERVAL"), "REFRESH-INTERVAL has no VALUE"),
    "SOURCE untyped": (swap(b"SOURCE;VALUE=URI", b"SOURCE"), "SOURCE has no VALUE"),
    "nothing in it": (lambda _: b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n", "no component"),
    "two calendars": (lambda body: body + body, "cannot parse"),
    "bad sequence": (swap(b"SEQUENCE:1", b"SEQUENCE:one"), "SEQUENCE"),
}


def test_the_base_is_clean() -> None:
    assert len(FIFTEEN) == 15
    assert lint_feed(BASE) == []


@pytest.mark.parametrize("case", [*FIFTEEN, *OTHERS])
def test_each_way_to_break_a_feed_is_named(case: str) -> None:
    damage, said = (FIFTEEN | OTHERS)[case]
    broken = damage(BASE)
    assert broken != BASE, "the variant changed nothing"
    assert any(said in problem for problem in lint_feed(broken)), lint_feed(broken)


def test_the_same_uid_twice_is_allowed_for_a_moved_recurrence() -> None:
    moved = BASE.replace(b"UID:dl-2@dondoc.example", b"UID:dl-1@dondoc.example\r\nRECURRENCE-ID:20261030T093000Z")
    assert lint_feed(moved) == []


GOLDEN = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//dondoc//Lich thoi han//VI
CALSCALE:GREGORIAN
DESCRIPTION:Các thời hạn. Cập nhật mỗi giờ.
X-WR-CALDESC:Các thời hạn. Cập nhật mỗi giờ.
NAME:Thời hạn\\, 197/KH-UBND
X-WR-CALNAME:Thời hạn\\, 197/KH-UBND
LAST-MODIFIED:20261001T010000Z
REFRESH-INTERVAL;VALUE=DURATION:PT1H
SOURCE;VALUE=URI:https://dondoc.example/f/p/x/y.ics
X-PUBLISHED-TTL:PT1H
X-WR-TIMEZONE:Asia/Ho_Chi_Minh
BEGIN:VTIMEZONE
TZID:Asia/Ho_Chi_Minh
BEGIN:STANDARD
DTSTART:19750613T000000
TZNAME:+07
TZOFFSETFROM:+0800
TZOFFSETTO:+0700
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:[Quá hạn] Báo cáo hằng năm\\, kỳ 2026
DTSTART;VALUE=DATE:20261030
DTEND;VALUE=DATE:20261031
DTSTAMP:20261031T170000Z
UID:dl-7@dondoc.example
SEQUENCE:2
CATEGORIES:Quá hạn
CREATED:20261001T010000Z
DESCRIPTION:Hạn theo văn bản: 31/10/2026.\\nĐường dẫn: https://d
 ondoc.example/p
LAST-MODIFIED:20261031T170000Z
STATUS:CONFIRMED
TRANSP:TRANSPARENT
URL:https://dondoc.example/p
END:VEVENT
END:VCALENDAR
"""


def test_the_bytes_are_these_in_whatever_zone_the_instants_come() -> None:
    hanoi = ZoneInfo("Asia/Ho_Chi_Minh")
    for zone in (UTC, hanoi):
        changed = datetime(2026, 10, 31, 17, 0, 0, 987654, tzinfo=UTC).astimezone(zone)
        entry = FeedEntry(
            "dl-7@dondoc.example", 2, CREATED.astimezone(zone), changed, "[Quá hạn] Báo cáo hằng năm,\n kỳ 2026",
            "Hạn theo văn bản: 31/10/2026.\r\nĐường dẫn: https://dondoc.example/p", date(2026, 10, 30),
            url="https://dondoc.example/p", categories=("Quá hạn",),
        )  # fmt: skip
        head = FeedHead(
            "Thời hạn, 197/KH-UBND", "Các thời hạn. Cập nhật mỗi giờ.", CREATED.astimezone(zone),
            "https://dondoc.example/f/p/x/y.ics",
        )  # fmt: skip
        assert render_feed(head, [render_entry(entry)]).decode() == GOLDEN.replace("\n", "\r\n")
