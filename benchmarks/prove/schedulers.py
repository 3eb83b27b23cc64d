"""Two schedulers and four senders at once leave the outbox that one of each leaves."""

from benchmarks.databases import fresh_app
from benchmarks.prove.check import Check, exactly
from tests.faults.mail_sink import mail_sink
from tests.faults.many_senders import CrewResult, run_crew
from tests.faults.senders import Installation


def prove(kind: str, reminders: int) -> list[Check]:
    """Compare both outboxes row by row."""
    one, many = _run(kind, reminders, 1, 1), _run(kind, reminders, 2, 4)
    return [
        exactly("reminders sent by 2 schedulers and 4 senders", many.sent, one.sent),
        exactly("rows that differ from the outbox of 1 and 1", len(set(one.outbox) ^ set(many.outbox))),
        exactly("rows more or fewer", abs(len(one.outbox) - len(many.outbox))),
        exactly("taken twice", one.twice + many.twice),
        exactly("marked as sent, never taken", many.sent - len(many.taken)),
    ]


def _run(kind: str, reminders: int, schedulers: int, senders: int) -> CrewResult:
    with fresh_app(kind) as empty, mail_sink() as sink:
        installation = Installation(
            str(empty.settings.home), sink.port, empty.settings.database_url, per_minute=100_000
        )
        return run_crew(installation, sink, reminders, schedulers, senders)
