"""The pages say what is true."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from obligations.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def test_every_setting_has_its_row() -> None:
    rows = re.findall(r"^\| `DONDOC_(\w+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(name.upper() for name in Settings.model_fields)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


def test_every_command_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`dondoc ([a-z]+)", text))
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    missing = {name for name in named if not re.search(rf"\b{name}\b", done.stdout)} - {
        "phrase"
    }  # named as not built yet
    assert missing == set()


@pytest.mark.parametrize("target", ["install", "run", "test", "bench", "prove", "sbom", "audit", "lint", "help"])
def test_make_has_its_published_targets(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
