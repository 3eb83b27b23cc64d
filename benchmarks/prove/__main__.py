"""``python -m benchmarks.prove [row ...]``: prove the promises of docs/proof.md; exit status 1 when one is broken."""

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.prove import fuzz, kills, million, outage, schedulers
from benchmarks.prove.check import Check, table

ROWS = ("fuzz", "outage", "schedulers", "kills", "million")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rows, print their tables, write prove.json into DONDOC_HOME."""
    wanted = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.ERROR)  # refused refreshes are part of the run
    found: dict[str, list[Check]] = {}
    for row in wanted.rows or ROWS:
        for name, run in _runs(row, wanted):
            print(f"{name} ...", file=sys.stderr)
            began = time.monotonic()
            found[name] = run()
            print(table(f"{name} ({time.monotonic() - began:,.0f} s)", found[name]), flush=True)
    target = Path(os.environ.get("DONDOC_HOME", "var")) / "prove.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    rows = {name: [check.as_json() for check in checks] for name, checks in found.items()}
    target.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    broken = [f"{name}: {check.name}" for name, checks in found.items() for check in checks if not check.kept]
    print("\n".join(["", *(f"BROKEN  {words}" for words in broken)]) if broken else "\nevery promise was kept")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.prove", description="Prove what docs/proof.md promises."
    )
    parser.add_argument("rows", nargs="*", type=_row, help=f"of {', '.join(ROWS)}; all without any")
    parser.add_argument("--requests", type=int, default=100_000, help="requests of nonsense, half to the pages")
    parser.add_argument("--kills", type=int, default=1_000, help="kills on SQLite, a tenth of them on PostgreSQL")
    parser.add_argument("--reminders", type=int, default=10, help="reminders a kill")
    parser.add_argument("--sends", type=int, default=1_000_000, help="sends on SQLite, a tenth of them on PostgreSQL")
    parser.add_argument("--agencies", type=int, default=400, help="agencies of the outage and of the schedulers")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="one kind of database only")
    return parser


def _row(name: str) -> str:
    if name not in ROWS:
        raise argparse.ArgumentTypeError(f"no row is called {name}; there are {', '.join(ROWS)}")
    return name


def _runs(row: str, wanted: argparse.Namespace) -> list[tuple[str, Callable[[], list[Check]]]]:
    """The runs of one row: each kind of database, PostgreSQL with a tenth where the full count is for the default."""
    if row == "fuzz":
        return [("fuzz", lambda: fuzz.prove(wanted.requests))]
    if row == "outage":
        return [("outage", lambda: outage.prove(wanted.agencies))]
    small = "" if wanted.database else "a tenth on "
    every: list[tuple[str, Callable[[], list[Check]]]] = []
    for kind, share in (("sqlite", 1), ("postgresql", 1 if wanted.database else 10)):
        if wanted.database not in (None, kind):
            continue
        name = f"{row}: {small if share > 1 else ''}{kind}"
        count, sends = wanted.kills // share, wanted.sends // share
        every.append(
            {
                "schedulers": (f"schedulers: {kind}", lambda k=kind: schedulers.prove(k, wanted.agencies)),
                "kills": (name, lambda k=kind, c=count: kills.prove(k, c, c * wanted.reminders)),
                "million": (name, lambda k=kind, s=sends: million.prove(k, s)),
            }[row]
        )
    return every


if __name__ == "__main__":
    sys.exit(main())
