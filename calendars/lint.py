"""A strict check of feed bytes. No off-the-shelf validator catches all of this (ical-feed reference, section 3)."""

import re
import unicodedata
from collections import Counter

from icalendar import Calendar, Component

_LINE_MAX = 75
_NAME = re.compile(r"^[A-Z0-9-]+[:;]")
_NEEDED = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LAST-MODIFIED", "SEQUENCE")
_UNESCAPED = re.compile(r"(?<!\\)[,;]")
_TEXTS = ("SUMMARY", "DESCRIPTION", "LOCATION")


def lint_feed(body: bytes) -> list[str]:
    """Everything wrong with a feed, in words; empty when clients will read it alike."""
    problems = _lint_bytes(body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return [*problems, "the feed is not UTF-8"]
    lines = text.replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")[:-1]
    problems += _lint_lines(lines)
    if text != unicodedata.normalize("NFC", text):
        problems.append("the text is not NFC")
    try:
        calendar = Calendar.from_ical(body)
    except (ValueError, IndexError) as error:
        return [*problems, f"icalendar cannot parse it: {error}"]
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
    for number, line in enumerate(body.split(b"\r\n"), 1):
        if len(line) > _LINE_MAX:
            problems.append(f"line {number} is longer than 75 octets")
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            problems.append(f"line {number} is folded inside a character")
    return problems


def _lint_lines(lines: list[str]) -> list[str]:
    problems = []
    before_event, in_timezone = True, False
    for line in lines:
        if not _NAME.match(line):
            problems.append(f"not a content line: {line[:40]!r}")
        name, _, value = line.partition(":")
        bare = name.split(";")[0]
        in_timezone = (in_timezone or line == "BEGIN:VTIMEZONE") and line != "END:VTIMEZONE"
        before_event = before_event and line != "BEGIN:VEVENT"
        if bare in ("REFRESH-INTERVAL", "SOURCE") and "VALUE=" not in name:
            problems.append(f"{bare} has no VALUE parameter")
        if bare in _TEXTS and _UNESCAPED.search(value.replace("\\\\", "")):
            problems.append(f"{bare} has an unescaped , or ;")
        if bare == "UID" and before_event:
            problems.append("the calendar itself has a UID")
        if bare == "METHOD":
            problems.append("a feed has no METHOD")
        if bare == "COMMENT" and in_timezone:
            problems.append("VTIMEZONE has a COMMENT")
    return problems


def _lint_components(calendar: Component) -> list[str]:
    problems = [f"{c.name}: {name}: {error}" for c in calendar.walk() for name, error in c.errors]
    zones = {str(zone.get("TZID")) for zone in calendar.walk("VTIMEZONE")}
    uids: Counter[str] = Counter()
    for event in calendar.walk("VEVENT"):
        uids[str(event.get("UID"))] += 1
        problems += [f"an event has no {name}" for name in _NEEDED if name not in event]
        if "DTSTART" in event and "DTEND" in event:
            problems += _lint_span(event, zones)
    problems += [f"UID {uid} is given {count} times" for uid, count in uids.items() if count > 1]
    return problems


def _lint_span(event: Component, zones: set[str]) -> list[str]:
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    if type(start) is not type(end):
        return ["DTEND is of another type than DTSTART"]
    problems = [] if end > start else ["DTEND is not after DTSTART"]
    zone = event["DTSTART"].params.get("TZID")
    if zone and zone not in zones:
        problems.append(f"TZID {zone} has no VTIMEZONE")
    if getattr(start, "tzinfo", None) is None and hasattr(start, "hour"):
        problems.append("DTSTART is floating")
    return problems
