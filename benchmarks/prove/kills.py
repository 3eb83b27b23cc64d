"""A thousand kills over ten thousand reminders by mail and Zalo: nothing lost, hardly anything repeated."""

import sys

from benchmarks.databases import fresh_app
from benchmarks.prove.check import Check, at_least, at_most, exactly, reported
from tests.faults.kill_judge import KillResult
from tests.faults.kill_run import run_kills
from tests.faults.mail_sink import Misbehaviour, mail_sink
from tests.faults.senders import Installation, prepared
from tests.faults.zalo_run import add_zalo, zalo_of

MAIL_FAILS = Misbehaviour(later=0.02, dropped=0.01, taken_then_dropped=0.005)
REPEATS = 0.1
"""Promised at most, a kill."""


def prove(kind: str, kills: int, reminders: int) -> list[Check]:
    """One run on one kind of database."""
    with fresh_app(kind) as empty, mail_sink(MAIL_FAILS) as sink, zalo_of() as zalo:
        installation = Installation(
            str(empty.settings.home), sink.port, empty.settings.database_url, per_minute=1_800, zalo=zalo.base
        )
        app = prepared(installation, reminders, add=lambda app: add_zalo(app, zalo.world))
        try:
            result = run_kills(app, installation, sink, kills, zalo=zalo, progress=_show)
        finally:
            app.close()
        return [*_checks(result, kills, reminders), reported("token refreshes asked for", zalo.world.refreshes)]


def _show(killed: int) -> None:
    if killed % 100 == 0:
        print(f"  {killed:,} kills", file=sys.stderr)


def _checks(found: KillResult, kills: int, reminders: int) -> list[Check]:
    return [
        exactly("kills", found.kills, kills),
        reported("of these at a named point", found.at_points),
        exactly("reminders", found.reminders, reminders),
        at_least("still waiting when the last kill came", found.left, 1),
        exactly("lost", found.lost),
        at_most("repeats a kill", found.repeats_a_kill, REPEATS),
        reported("repeats with the same reference", found.repeats - found.said_twice),
        reported("repeats by the next channel, the first in doubt", found.said_twice),
        reported("said by the next channel", found.by_another),
        reported("shown to a person as not delivered", found.for_a_person),
        exactly("unsettled", found.unsettled),
        exactly("taken, known to no row", found.foreign),
        exactly("breaks of the audit chain", found.audit_breaks),
        reported("times a person had to connect the account again", found.consents),
        exactly("accounts without a usable pair and without an alarm", found.unnoticed),
    ]
