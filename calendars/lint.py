"""A strict check of feed bytes. No off-the-shelf validator catches all of this (RFC 5545, RFC 7986, clients' habits)."""

import re
import unicodedata
from collections import Counter
from datetime import datetime
from typing import Any

from icalendar import Calendar, Component
from icalendar.error import BrokenCalendarProperty

LINE_MAX = 75
_NAME = re.compile(r"^[A-Z0-9-]+[:;]")
_NEEDED = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LAST-MODIFIED", "SEQUENCE")
_ONCE = (*_NEEDED, "DESCRIPTION", "STATUS", "URL", "CREATED", "TRANSP")
_TEXTS = ("SUMMARY", "DESCRIPTION", "LOCATION", "NAME")
_TYPED = ("REFRESH-INTERVAL", "SOURCE")
# A quoted parameter may hold a colon or a semicolon.
_PARTS = re.compile(
    r'^([A-Z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^":;,]*)(?:,(?:"[^"]*"|[^":;,]*))*)*):(.*)$', re.DOTALL
)


def lint_feed(body: bytes) -> list[str]:
    """Everything wrong with a feed, in words; empty when clients will read it alike. Never raises."""
    problems = _lint_bytes(body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return [*problems, "the feed is not UTF-8"]
    unfolded = re.sub("\r\n[ \t]", "", text)
    problems += _lint_lines(unfolded.removesuffix("\r\n").split("\r\n"))
    if not (unicodedata.is_normalized("NFC", text) and unicodedata.is_normalized("NFC", unfolded)):
        problems.append("the text is not NFC")
    try:
        calendar = Calendar.from_ical(body)
        missing = sorted(calendar.get_missing_tzids()) if isinstance(calendar, Calendar) else []
    except Exception as error:  # noqa: BLE001 - icalendar raises many kinds on broken input; each is a finding
        return [*problems, f"icalendar cannot parse it: {error}"]
    if not isinstance(calendar, Calendar):
        return [*problems, "the feed is not a VCALENDAR"]
    problems += [f"TZID {zone} has no VTIMEZONE" for zone in missing]
    return problems + _lint_components(calendar)


def _lint_bytes(body: bytes) -> list[str]:
    problems = []
    if body.startswith(b"\xef\xbb\xbf"):
        problems.append("the feed begins with a byte order mark")
    if not body.endswith(b"END:VCALENDAR\r\n"):
        problems.append("the feed does not end with END:VCALENDAR and CRLF")
    if re.search(rb"(?<!\r)\n|\r(?!\n)", body):
        problems.append("a line does not end with CRLF")
    if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", body):
        problems.append("there is a control character")
    for number, line in enumerate(re.split(rb"\r?\n", body), 1):
        if len(line) > LINE_MAX:
            problems.append(f"line {number} is longer than {LINE_MAX} octets")
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            problems.append(f"line {number} is not UTF-8 alone: folded inside a character")
    return problems


def _lint_lines(lines: list[str]) -> list[str]:
    problems: list[str] = []
    before_event, in_timezone = True, False
    names = {line.split(":")[0].split(";")[0] for line in lines}
    for line in lines:
        parts = _PARTS.match(line)
        if parts is None or not _NAME.match(line):
            problems.append(f"not a content line: {line[:40]!r}")
            continue
        name, parameters, value = parts.groups()
        in_timezone = (in_timezone or line == "BEGIN:VTIMEZONE") and line != "END:VTIMEZONE"
        before_event = before_event and line != "BEGIN:VEVENT"
        if name in _TYPED and ";VALUE=" not in parameters:
            problems.append(f"{name} has no VALUE parameter")
        if name in _TEXTS and _is_unescaped(value):
            problems.append(f"{name} has an unescaped , or ;")
        if name == "UID" and before_event:
            problems.append("the calendar itself has a UID")
        if name == "METHOD" and (value.upper() != "PUBLISH" or "ORGANIZER" not in names):
            problems.append("METHOD without ORGANIZER: a feed has none")
        if name == "COMMENT" and in_timezone:
            problems.append("VTIMEZONE has a COMMENT")
    return problems


def _is_unescaped(value: str) -> bool:
    return re.search("[,;]", re.sub(r"\\.", "", value)) is not None


def _lint_components(calendar: Calendar) -> list[str]:
    problems = [f"{part.name}: {name}: {error}" for part in calendar.walk() for name, error in part.errors]
    if not calendar.subcomponents:
        problems.append("the calendar has no component (RFC 5545, 3.6)")
    uids: Counter[tuple[str, str]] = Counter()
    for event in calendar.walk("VEVENT"):
        uids[str(event.get("UID")), str(event.get("RECURRENCE-ID"))] += 1
        problems += [f"an event has no {name}" for name in _NEEDED if not str(event.get(name, ""))]
        problems += [f"an event has {name} twice" for name in _ONCE if isinstance(event.get(name), list)]
        problems += _lint_span(event)
    problems += [f"UID {uid} is given {count} times" for (uid, _), count in uids.items() if count > 1]
    return problems


def _lint_span(event: Component) -> list[str]:
    start, end = _moment(event, "DTSTART"), _moment(event, "DTEND")
    if start is None or end is None:
        return []  # named already: missing, twice or unreadable
    problems = []
    if isinstance(start, datetime) and start.tzinfo is None:
        problems.append("DTSTART is floating")
    if type(start) is not type(end) or _is_zoned(start) != _is_zoned(end):
        problems.append("DTEND is of another type than DTSTART")
    elif not end > start:
        problems.append("DTEND is not after DTSTART")
    return problems


def _moment(event: Component, name: str) -> Any:
    try:
        return getattr(event.get(name), "dt", None)
    except BrokenCalendarProperty:
        return None


def _is_zoned(moment: object) -> bool:
    return getattr(moment, "tzinfo", None) is not None
