"""A year in seconds: the same services on a copy, with a moving moment. Touches nothing of the installation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from obligations.rules.due import at_opening
from obligations.services.context import App
from obligations.services.simulating.change import Changes, change_events
from obligations.services.simulating.copy import twin_at
from obligations.services.simulating.events import Arrival, assumed, read_arrivals, replayed
from obligations.services.simulating.sent import (
    SimulatedItem,
    SimulatedMessage,
    Waiting,
    messages_sent,
    still_waiting,
)
from obligations.services.simulating.span import Span, span_of
from obligations.services.simulating.walk import Walk

__all__ = [
    "Arrival",
    "SimulatedItem",
    "SimulatedMessage",
    "Simulation",
    "Waiting",
    "read_arrivals",
    "simulate",
    "simulate_messages",
]

Progress = Callable[[int], None] | None


@dataclass(frozen=True)
class Simulation:
    """Messages in time order, with the digests of their texts when asked for, and what waits at the end."""

    messages: list[SimulatedMessage]
    texts: list[str]
    waiting: Waiting


def simulate(
    app: App,
    span: Span,
    arrivals: Sequence[Arrival] = (),
    *,
    changes: Changes | None = None,
    texts: bool = False,
    progress: Progress = None,
) -> Simulation:
    """Everything that would go in a span.

    Begins with the state as it stood at ``span.begin``; what is recorded since then (reports, confirmations, extensions,
    pauses) happens again at its moment; periods opening in the span count as confirmed and cite the plan; nothing else
    arrives but what ``arrivals`` gives. With ``changes``, an arrival that then has no place is left out. A day takes no
    more messages than the daily cap and the rate allow, whether or not a channel is configured: the rest goes the next
    working morning. ``progress`` is told the days gone by.
    """
    with twin_at(app, span) as (twin, recorded):
        given = [assumed(arrival) if changes is None else replayed(arrival) for arrival in arrivals]
        supposed = change_events(twin, span, changes) if changes is not None else []
        walk = Walk(twin, span, [*supposed, *recorded, *given], texts=texts)
        walk.go(progress)
        with twin.read(span.end) as ctx:
            return Simulation(*messages_sent(ctx, span), still_waiting(ctx))


def simulate_messages(
    app: App, since: date, until: date, arrivals: Sequence[Arrival], progress: Progress = None
) -> list[SimulatedMessage]:
    """Messages of the days from ``since`` to ``until`` (both included), in time order; see ``simulate``."""
    return simulate(app, days_of(app, since, until), arrivals, progress=progress).messages


def days_of(app: App, since: date, until: date) -> Span:
    """The span of whole days, both included."""
    zone = app.settings.zone
    return span_of(app.settings, at_opening(since, zone), since, until)
