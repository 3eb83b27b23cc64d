"""A day without mail and Zalo: nothing is lost, nobody is flooded afterwards, and what goes says the truth of its day."""

from pathlib import Path

import pytest

from tests.faults.outage_run import run_outage

COUNT = 40


@pytest.mark.timeout(120)
def test_after_a_day_of_outage_each_agency_gets_one_honest_message(tmp_path: Path) -> None:
    found = run_outage(tmp_path, COUNT, 600)
    assert (found.told_once, found.agencies) == (COUNT, COUNT), "one message an agency, no storm"
    assert (found.arrived, found.repeats, found.arrived_early) == (COUNT, 0, 0)
    assert found.kinds == {"today"}
    assert found.of_another_day == 0
    assert found.resting == []
    assert set(found.alarms.values()) == {1}, "one alarm a channel"
    assert found.storm <= 1.1
    assert found.most_attempts <= 8 * 4, "a channel that rests is tried by probes, not by the whole queue"
