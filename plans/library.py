"""The files that come with the product."""

from pathlib import Path

FILES = Path(__file__).parent / "files"
PLAN_197 = FILES / "197-kh-ubnd.yaml"
HUNG_YEN = FILES / "hung-yen.yaml"
SCHEMAS = FILES / "schema"
