"""A day without mail and Zalo: afterwards one honest message an agency, at the channel's pace."""

import tempfile
from pathlib import Path

from benchmarks.prove.check import Check, at_most, exactly, reported
from tests.faults.outage_run import run_outage

PER_MINUTE = 600
SPREAD = 1.1
"""Ten seconds may hold a tenth more than their share: threads are not to the millisecond."""


def prove(agencies: int) -> list[Check]:
    """One outage on the embedded database."""
    with tempfile.TemporaryDirectory() as folder:
        found = run_outage(Path(folder), agencies, PER_MINUTE)
    return [
        exactly("agencies told by exactly one message", found.told_once, found.agencies),
        exactly("messages that arrived", found.arrived, found.agencies),
        exactly("accepted while nothing listened", found.arrived_early),
        exactly("repeats", found.repeats),
        exactly("messages that speak of another day than theirs", found.of_another_day),
        at_most("busiest ten seconds to what the pace allows", found.storm, SPREAD),
        exactly("channels that rest at the end", len(found.resting)),
        reported("alarms of a resting channel", found.alarms.total()),
        reported("most attempts of one message", found.most_attempts),
    ]
