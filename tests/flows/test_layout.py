"""Guards that make flat packages safe with Prefect, which loads flows by path under their bare stem."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOWS = sorted(p for p in (ROOT / "flows").glob("*.py") if not p.name.startswith("_"))
FOLDERS = {p.name for p in ROOT.iterdir() if p.is_dir()}
LOAD = """
import os, sys
from prefect.utilities.importtools import load_script_as_module
for path in sys.argv[1:]:
    if (child := os.fork()) == 0:
        load_script_as_module(path)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit(f"{path} does not load")
"""
"""Each in a process of its own, in which nothing but Prefect was imported: that takes longer than all the rest."""


@pytest.mark.parametrize("path", FLOWS, ids=lambda p: p.stem)
def test_a_stem_is_verb_object_and_shadows_nothing(path: Path) -> None:
    assert "_" in path.stem
    assert path.stem not in FOLDERS
    assert path.stem not in sys.stdlib_module_names


def test_every_flow_loads_by_path_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOAD, *map(str, FLOWS)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", FLOWS, ids=lambda p: p.stem)
def test_a_flow_is_thin(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 25
        assert not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("sqlmodel", "sqlalchemy")))
