"""Score `dondoc phrase` against the corpus of judged sentences.

Run: ``python -m tests.plans.score_phrases [--engine ROOT] [--corpus DIR] [--file NAME]
[--twist NAME]``. A twist dresses every sentence up in a way that must change nothing.

ROOT is a checkout whose ``cli`` package is run (default: this checkout). The
corpus lives in ``tests/plans/phrase_corpus``: one JSON object a line with
``text``, ``year`` (or null), perhaps ``context_date``, and ``expect``. A
sentence people may read in more than one way carries ``also`` (lists of other
values allowed for a field, keyed ``<field>_any``), ``acceptable`` (other lists
of dates) and ``may_warn``. Exact means kind, freq, op, due and time all right.
"""

import argparse
import json
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "phrase_corpus"
HERE = Path(__file__).resolve().parents[2]
CORE = ("kind", "freq", "op", "due", "time")
SIDE = ("actors", "receiver", "rel", "event")
RUN = "import sys; from cli.main import main; sys.argv[0] = 'dondoc'; main()"

Row = dict[str, Any]


def _bare(text: str) -> str:
    marks = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in marks if not unicodedata.combining(c))


def _after(text: str, tail: str) -> str:
    end = text.rstrip()
    return f"{end[:-1]} {tail}{end[-1]}" if end[-1:] in (".", ";") else f"{end} {tail}"


def _before(text: str, head: str) -> str:
    return f"{head}{text}" if text else text


TWISTS: dict[str, Callable[[str], str]] = {
    "cited": lambda t: _before(t, "Thực hiện Công văn số 1234/UBND-TH ngày 05/3/2024 của Ủy ban nhân dân tỉnh, "),
    "plan": lambda t: _after(t, "theo Kế hoạch số 45/KH-UBND ngày 10 tháng 01 năm 2024"),
    "phone": lambda t: _after(t, "(điện thoại 0912.30.11.24, email bc15.9@hungyen.gov.vn)"),
    "count": lambda t: _before(t, "Đến nay có 30/11 xã đạt 15/9 chỉ tiêu. "),
    "number": lambda t: _before(t, "2.1. "),
    "upper": str.upper,
    "lower": str.lower,
    "nfd": lambda t: unicodedata.normalize("NFD", t),
    "bare": _bare,
    "hang": lambda t: t.replace("hằng", "hàng").replace("Hằng", "Hàng").replace("quý", "quí"),
    "blanks": lambda t: t.replace(" ", "  "),
    "lines": lambda t: t.replace(", ", ",\n"),
}


@dataclass
class Score:
    """Counts of one corpus file; ``silent`` are wrong dates stated without a warning."""

    rows: int = 0
    exact: int = 0
    silent: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def rows_of(path: Path) -> list[Row]:
    """The judged sentences of one corpus file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def corpus_files(folder: Path) -> list[Path]:
    """Every file of a corpus folder, by name."""
    return sorted(folder.glob("*.jsonl"))


def answers(rows: list[Row], engine: Path) -> list[Row]:
    """What the command of ``engine`` says of each sentence, in order."""
    asked = [{k: r[k] for k in ("text", "year", "context_date") if r.get(k) is not None} for r in rows]
    text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in asked)
    environment = os.environ | {"PYTHONPATH": str(engine), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", RUN, "phrase", "--jsonl", "-"],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=engine,
        env=environment,
        check=True,
    )
    found = [json.loads(line) for line in done.stdout.splitlines() if line]
    if len(found) != len(rows):
        message = f"{len(rows)} sentences, {len(found)} answers: {done.stderr[-500:]}"
        raise RuntimeError(message)
    return found


def allowed(row: Row, name: str) -> list[Any]:
    """The values a field may have."""
    values = [row["expect"][name], *row.get("also", {}).get(f"{name}_any", [])]
    return values + row.get("acceptable", []) if name == "due" else values


def _term(value: Row | None) -> Row | None:
    return value and {k: value.get(k) for k in ("amount", "unit", "direction")}


def judged(row: Row, got: Row) -> Iterator[tuple[str, bool]]:
    """Each field the sentence asks for, with whether the answer is right."""
    for name in CORE:
        yield name, got.get(name) in allowed(row, name)
    expect = row["expect"]
    for name in ("actors", "receiver"):
        if name in expect:
            yield name, got.get(name) == expect[name]
    if "rel" in expect:
        yield "rel", _term(got.get("rel")) == _term(expect["rel"])
        if expect["rel"]:
            yield "event", (got.get("rel") or {}).get("event") == expect["rel"]["event"]


def says_wrong_date(row: Row, got: Row) -> bool:
    """Whether the answer states dates that are not right and gives no warning."""
    return bool(got.get("due")) and not got.get("warnings") and got["due"] not in allowed(row, "due")


def _few(dates: Any) -> Any:
    return dates if not isinstance(dates, list) or len(dates) <= 6 else [*dates[:3], "...", *dates[-2:]]


def _line(row: Row, got: Row, wrong: list[str]) -> str:
    year = row["year"] or row.get("context_date")
    parts = [f"  [{year}] {' '.join(row['text'].split())}"]
    for name in wrong:
        key = "rel" if name == "event" else name
        parts.append(f"      {name}: want {_few(row['expect'][key])!r}, got {_few(got.get(key))!r}")
    if got.get("warnings"):
        parts.append(f"      warned: {got['warnings'][0]}")
    return "\n".join(parts)


def score(rows: list[Row], found: list[Row]) -> Score:
    """Count what is right, keep a readable line for each failure."""
    out = Score(rows=len(rows))
    for row, got in zip(rows, found, strict=True):
        fields = dict(judged(row, got))
        out.asked.update(list(fields))
        out.right.update(name for name, good in fields.items() if good)
        wrong = [name for name in CORE if not fields[name]]
        out.exact += not wrong
        silent = says_wrong_date(row, got)
        out.silent += silent
        side = [name for name in SIDE if not fields.get(name, True)]
        if wrong or side:
            mark = "SILENT" if silent else "WRONG" if wrong else "side"
            out.failures.append(f"{mark}\n{_line(row, got, wrong + side)}")
    return out


def _rates(result: Score) -> str:
    return " ".join(f"{n} {result.right[n]}/{result.asked[n]}" for n in (*CORE, *SIDE))


def say(text: str) -> None:
    """One line of the report."""
    sys.stdout.write(text + "\n")


def main() -> None:
    """Print the failures and rates of each file and of all together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", type=Path, default=HERE)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--file", action="append")
    parser.add_argument("--twist", choices=sorted(TWISTS))
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    rows = exact = silent = 0
    for path in corpus_files(options.corpus):
        if options.file and path.stem not in options.file:
            continue
        sentences = rows_of(path)
        if options.twist:
            turn = TWISTS[options.twist]
            sentences = [r | {"text": turn(r["text"])} for r in sentences]
        result = score(sentences, answers(sentences, options.engine))
        rows, exact, silent = rows + result.rows, exact + result.exact, silent + result.silent
        say(f"== {path.stem}: exact {result.exact}/{result.rows}, silent {result.silent}")
        say(f"   {_rates(result)}")
        if not options.quiet:
            say("\n".join(result.failures))
    say(f"== all: exact {exact}/{rows} ({exact / max(rows, 1):.1%}), silent {silent}")


if __name__ == "__main__":
    main()
