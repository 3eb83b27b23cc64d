"""A simulation for people: how many messages of which kind on which day, and how the mail is paced."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from obligations.services.simulating.sent import SimulatedMessage, Waiting
from obligations.services.simulating.walk import day_capacity
from obligations.settings import Settings


@dataclass(frozen=True)
class DayRow:
    """One kind of message on one day. ``about``: obligation and period of each duty they are about; one subject of them."""

    day: date
    weekday: str
    kind: str
    messages: int
    agencies: int
    about: list[str]
    subject: str


def by_day(messages: Sequence[SimulatedMessage]) -> list[DayRow]:
    """One row for each day and kind, in the order of time."""
    rows: dict[tuple[date, str], list[SimulatedMessage]] = defaultdict(list)
    for message in messages:
        rows[message.at.date(), message.kind].append(message)
    return [_row(day, kind, members) for (day, kind), members in rows.items()]


def _row(day: date, kind: str, members: list[SimulatedMessage]) -> DayRow:
    return DayRow(
        day=day,
        weekday=f"{day:%a}",
        kind=kind,
        messages=len(members),
        agencies=len({message.agency for message in members}),
        about=list(dict.fromkeys(f"{item.obligation} {item.period}" for m in members for item in m.items)),
        subject=members[0].subject,
    )


def pacing(messages: Sequence[SimulatedMessage], settings: Settings) -> list[str]:
    """How long the fullest day takes at the rate a minute, and whether the daily cap holds anything back."""
    days: dict[date, int] = defaultdict(int)
    for message in messages:
        days[message.at.date()] += 1
    if not days:
        return []
    day, most = max(days.items(), key=lambda item: item[1])
    minutes, capacity = ceil(most / settings.mail_per_minute), day_capacity(settings)
    fullest = f"the fullest day, {day}, has {most} messages: about {minutes} minutes from first to last"
    lines = [f"pacing: {settings.mail_per_minute} a minute; {fullest}"]
    if full := sorted(day for day, count in days.items() if count >= capacity):
        reached = f"cap: {capacity} messages a day, reached on {', '.join(map(str, full))}"
        lines.append(f"{reached}; what is beyond it goes on the next working morning")
    return lines


def waiting_lines(waiting: Waiting) -> list[str]:
    """What does not go by itself, a line each."""
    lines = [
        f"not in the list: {name} waits for its initial review (dondoc period confirm)" for name in waiting.unconfirmed
    ]
    counts = {
        f"{waiting.held} held until the legal basis is recorded": waiting.held,
        f"{waiting.drafts} drafts until a person releases them": waiting.drafts,
        f"{waiting.beyond_cap} beyond the cap on the last day": waiting.beyond_cap,
    }
    return lines + [f"not in the list: {text}" for text, count in counts.items() if count]
