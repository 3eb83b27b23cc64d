"""JSON Schemas of the files, for editors that check while one types."""

import json
from pathlib import Path

from pydantic import BaseModel

from plans.library import SCHEMAS
from plans.registry import RegistryFile
from plans.schema import PlanFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE_MODELS: dict[str, type[BaseModel]] = {"plan.json": PlanFile, "registry.json": RegistryFile}


def schema_text(model: type[BaseModel]) -> str:
    """The schema of one kind of file, as it is stored."""
    schema = {"$schema": DIALECT, **model.model_json_schema(by_alias=True)}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path = SCHEMAS) -> list[Path]:
    """Write the schema of every kind of file; returns what was written. Run after a model changes."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, model in FILE_MODELS.items():
        path = folder / name
        path.write_text(schema_text(model), encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    write_schemas()
