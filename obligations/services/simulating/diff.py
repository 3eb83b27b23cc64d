"""What two simulated courses of events have that the other has not: by agency and step, or grouped for people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from obligations.services.context import App
from obligations.services.simulating.change import Changes
from obligations.services.simulating.events import Arrival
from obligations.services.simulating.sent import SimulatedItem, SimulatedMessage, Waiting
from obligations.services.simulating.simulate import Progress, Simulation, simulate
from obligations.services.simulating.span import Span


@dataclass(frozen=True)
class Told:
    """The message by which an agency is told. ``at`` carries the installation's offset."""

    at: datetime
    kind: str
    channel: str | None
    address: str | None
    subject: str


@dataclass(frozen=True)
class Difference:
    """One step of one duty of one agency. ``before`` None: it is new; ``after`` None: it no longer goes.

    ``what`` differs when it goes at another time or otherwise: ``day``, ``time``, ``kind``, ``address``, ``subject``, ``text``.
    """

    agency: str
    plan: str
    obligation: str
    period: str
    step: str
    before: Told | None
    after: Told | None
    what: list[str]


@dataclass(frozen=True)
class Differences:
    """Everything that changes: messages that go anew, no longer go, go at another moment, or say something else.

    ``waiting``: what does not go by itself after the changes, and so is in none of the four.
    """

    added: list[Difference] = field(default_factory=list)
    removed: list[Difference] = field(default_factory=list)
    moved: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    waiting: Waiting = field(default_factory=Waiting)


@dataclass(frozen=True)
class Group:
    """The same difference for several agencies: from which day and kind to which, with one subject as an example."""

    change: str
    plan: str
    obligation: str
    period: str
    step: str
    before: date | None
    after: date | None
    kinds: str
    what: list[str]
    agencies: list[str]
    subject: str


_Key = tuple[str, SimulatedItem]
_Sent = tuple[SimulatedMessage, str]


def simulate_changes(
    app: App, span: Span, changes: Changes, arrivals: Sequence[Arrival] = (), progress: Progress = None
) -> Differences:
    """What would go otherwise in a span if the changes came: two twins of the same state, with the same arrivals.

    Nothing of the installation is touched.
    """
    before = simulate(app, span, arrivals, texts=True, progress=progress)
    return compare(before, simulate(app, span, arrivals, changes=changes, texts=True, progress=progress))


def compare(before: Simulation, after: Simulation) -> Differences:
    """Differences in the order of time; a step told several times is compared each time for itself."""
    old, new = _by_step(before), _by_step(after)
    found = Differences(waiting=after.waiting)
    for key in {**old, **new}:
        for was, now in _pairs(old.get(key, []), new.get(key, [])):
            _sort_in(found, key, was, now)
    for group in (found.added, found.removed, found.moved, found.changed):
        group.sort(key=_order)
    return found


def _by_step(course: Simulation) -> dict[_Key, list[_Sent]]:
    steps: dict[_Key, list[_Sent]] = defaultdict(list)
    for message, text in zip(course.messages, course.texts, strict=True):
        for item in message.items:
            steps[message.agency, item].append((message, text))
    return steps


def _pairs(old: list[_Sent], new: list[_Sent]) -> list[tuple[_Sent | None, _Sent | None]]:
    """What goes at the same moment belongs together; the rest in order of time."""
    moments = {message.at for message, _ in old} & {message.at for message, _ in new}
    same = [[sent for sent in sents if sent[0].at in moments] for sents in (old, new)]
    rest = [[sent for sent in sents if sent[0].at not in moments] for sents in (old, new)]
    found: list[tuple[_Sent | None, _Sent | None]] = []
    for was, now in (same, rest):
        longest = max(len(was), len(now))
        padded = [[*sents, *[None] * (longest - len(sents))] for sents in (was, now)]
        found += zip(*padded, strict=True)
    return found


def _sort_in(found: Differences, key: _Key, was: _Sent | None, now: _Sent | None) -> None:
    agency, item = key
    what = _what(was, now) if was and now else []
    told = [_told(sent[0]) if sent else None for sent in (was, now)]
    difference = Difference(agency, item.plan, item.obligation, item.period, item.step, told[0], told[1], what)
    if now is None:
        found.removed.append(difference)
    elif was is None:
        found.added.append(difference)
    elif {"day", "time"} & {*what}:
        found.moved.append(difference)
    elif what:
        found.changed.append(difference)


def _what(was: _Sent, now: _Sent) -> list[str]:
    before, after = was[0], now[0]
    differs = {
        "day": before.at.date() != after.at.date(),
        "time": before.at.time() != after.at.time(),
        "kind": before.kind != after.kind,
        "address": (before.channel, before.address) != (after.channel, after.address),
        "subject": before.subject != after.subject,
        "text": was[1] != now[1],
    }
    return [name for name, differ in differs.items() if differ]


def _told(message: SimulatedMessage) -> Told:
    return Told(message.at, message.kind, message.channel, message.address, message.subject)


def _order(difference: Difference) -> tuple[datetime, str, str, str]:
    told = difference.before or difference.after
    if told is None:
        raise ValueError("a difference has at least one side")
    return (told.at, difference.plan, difference.obligation, difference.agency)


def grouped(differences: Differences) -> list[Group]:
    """One row for all agencies for which the same step changes in the same way, in the order of time."""
    rows: dict[tuple[object, ...], list[Difference]] = defaultdict(list)
    named = {"added": differences.added, "removed": differences.removed}
    for change, members in {**named, "moved": differences.moved, "changed": differences.changed}.items():
        for d in members:
            days = tuple(told.at.date() if told else None for told in (d.before, d.after))
            rows[change, d.plan, d.obligation, d.period, d.step, *days, _kinds(d), *d.what].append(d)
    groups = [_group(str(key[0]), members) for key, members in rows.items()]
    return sorted(groups, key=lambda g: (min(d for d in (g.before, g.after) if d), g.plan, g.obligation, g.step))


def _group(change: str, members: list[Difference]) -> Group:
    d = members[0]
    told = d.after or d.before
    return Group(
        change=change,
        plan=d.plan,
        obligation=d.obligation,
        period=d.period,
        step=d.step,
        before=d.before.at.date() if d.before else None,
        after=d.after.at.date() if d.after else None,
        kinds=_kinds(d),
        what=d.what,
        agencies=[member.agency for member in members],
        subject=told.subject if told else "",
    )


def _kinds(difference: Difference) -> str:
    kinds = [told.kind for told in (difference.before, difference.after) if told]
    return " -> ".join(dict.fromkeys(kinds))
