"""The reader of deadline phrases against sentences that were judged apart from it."""

from functools import cache

import pytest

from tests.plans.score_phrases import CORPUS, HERE, TWISTS, Score, answers, corpus_files, rows_of, score

EXACT = 0.97
"""Share of sentences whose kind, rhythm, operator, dates and hour are all right."""
pytestmark = pytest.mark.xdist_group("corpus")  # one process reads it as it stands once
SILENT = 1
"""Wrong dates without a warning; a ratchet that only goes down."""


@cache
def _score(twist: str | None = None) -> Score:
    rows = [row for path in corpus_files(CORPUS) for row in rows_of(path)]
    if twist is not None:
        rows = [row | {"text": TWISTS[twist](row["text"])} for row in rows]
    return score(rows, answers(rows, HERE))


def test_the_judged_sentences_are_read_rightly() -> None:
    result = _score()
    assert result.rows > 1_000
    assert result.exact / result.rows >= EXACT, "\n".join(result.failures)
    assert result.silent <= SILENT, "\n".join(line for line in result.failures if line.startswith("SILENT"))


@pytest.mark.parametrize("twist", ["nfd", "lines"])
def test_dress_changes_nothing(twist: str) -> None:
    assert _score(twist).exact == _score().exact
