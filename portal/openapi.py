"""The description of the JSON interface at ``/api/openapi.json``: FastAPI's own, with our errors."""

from typing import Any

from fastapi import FastAPI

from portal.problems import SCHEMA


def describe(site: FastAPI) -> None:
    """Let the site tell it; made once."""
    plain = site.openapi

    def told() -> dict[str, Any]:
        if site.openapi_schema is None:
            found = plain()
            found.setdefault("components", {}).setdefault("schemas", {})["Problem"] = SCHEMA
            for path in found["paths"].values():
                for operation in path.values():  # a wrong value is a problem too, not FastAPI's own kind of error
                    operation["responses"].get("422", {}).get("content", {}).pop("application/json", None)
        return plain()

    site.openapi = told  # type: ignore[method-assign]  # FastAPI's documented way
