"""Facts of the installation in Prometheus' text format."""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from obligations.services.views.health import HealthFacts

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition(facts: HealthFacts) -> bytes:
    """One scrape; a registry of its own, so that nothing is shared between requests."""
    registry = CollectorRegistry()
    messages = Gauge("dondoc_messages", "Messages by state", ["state"], registry=registry)
    for state, count in facts.messages.items():
        messages.labels(state).set(count)
    for name, text, value in (
        ("dondoc_queue_depth", "Messages due now and not yet handed over", facts.queue_depth),
        ("dondoc_queue_oldest_due_seconds", "Age of the longest waiting due message", facts.oldest_due_seconds),
        ("dondoc_oldest_lease_seconds", "Age of the oldest lease of a message", facts.oldest_lease_seconds),
        ("dondoc_wal_bytes", "Size of SQLite's write-ahead log; 0 elsewhere", facts.wal_bytes),
        ("dondoc_periods_open", "Open periods", facts.periods_open),
        ("dondoc_assignments_overdue", "Required duties past their due moment without a report", facts.overdue),
        ("dondoc_agencies_out_of_reach", "Agencies that a notice would not reach", facts.agencies_out_of_reach),
        ("dondoc_channels_resting", "Channels whose breaker is open", len(facts.channels_resting)),
        ("dondoc_steps_due", "Steps of periods that are due and not done", facts.steps_due),
    ):
        Gauge(name, text, registry=registry).set(value)
    return generate_latest(registry)
