"""``python -m benchmarks``: run every benchmark, print a table, write bench.json into DONDOC_HOME."""

import json
import os
import sys
from pathlib import Path

from benchmarks import dashboard, dates, feeds, load, opening, reminders, start, sweep, zalo

ROWS = {
    "dates": dates.measure,
    "opening": opening.measure,
    "sweep": sweep.measure,
    "reminders": reminders.measure,
    "zalo": zalo.measure,
    "feeds": feeds.measure,
    "load": load.measure,
    "dashboard": dashboard.measure,
    "start": start.measure,
}


def main() -> None:
    """Run the named benchmarks, or all."""
    wanted = sys.argv[1:] or list(ROWS)
    results = {name: ROWS[name]() for name in wanted}
    for name, figures in results.items():
        print(name)
        for label, value in figures.items():
            print(f"  {label:<46}{value:>12.2f}")
    target = Path(os.environ.get("DONDOC_HOME", "var")) / "bench.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
