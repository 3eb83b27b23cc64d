"""The description of the JSON interface at ``/api/openapi.json``: FastAPI's own, with our errors and the JSON in parts of forms."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from portal.problems import SCHEMA
from portal.routes.v1.assignments import Recorded
from portal.routes.v1.desk import Chosen, Place
from portal.routes.v1.sending import ReportIn

PARTS: dict[tuple[str, str], tuple[str, type[BaseModel]]] = {
    ("/api/v1/own/duties/{assignment}/submissions", "report"): ("ReportIn", ReportIn),
    ("/api/v1/assignments/{assignment}/record", "report"): ("RecordIn", Recorded),
    ("/api/v1/register/match", "place"): ("Place", Place),
    ("/api/v1/register/record", "choice"): ("Chosen", Chosen),
}
"""Parts of forms that carry JSON beside files: what they hold, under the name that their description gives."""
REFERENCE = "#/components/schemas/"


def describe(site: FastAPI) -> None:
    """Let the site tell it; made once."""
    plain = site.openapi

    def told() -> dict[str, Any]:
        if site.openapi_schema is None:
            found = plain()
            schemas = found.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = SCHEMA
            for path in found["paths"].values():
                for operation in path.values():  # a wrong value is a problem too, not FastAPI's own kind of error
                    operation["responses"].get("422", {}).get("content", {}).pop("application/json", None)
            for (path, part), (name, kind) in PARTS.items():
                form = found["paths"][path]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
                _say_what_it_holds(schemas, schemas[form["$ref"].removeprefix(REFERENCE)], part, name, kind)
        return plain()

    site.openapi = told  # type: ignore[method-assign]  # FastAPI's documented way


def _say_what_it_holds(
    schemas: dict[str, Any], form: dict[str, Any], part: str, name: str, kind: type[BaseModel]
) -> None:
    """A part is text to FastAPI; what the text is stands in ``contentSchema`` (JSON Schema 2020-12)."""
    whole = kind.model_json_schema(ref_template=f"{REFERENCE}{{model}}")
    for inner, schema in whole.pop("$defs", {}).items():
        schemas.setdefault(inner, schema)
    schemas[name] = {**whole, "title": name}
    form["properties"][part] |= {
        "contentMediaType": "application/json",
        "contentSchema": {"$ref": f"{REFERENCE}{name}"},
    }
