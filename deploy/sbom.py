"""The bill of materials (CycloneDX) of what a customer installs: the locked libraries, and the C libraries inside their wheels.

``python -m deploy.sbom LOCK < environment.json > dondoc.cdx.json``; ``make sbom`` does it all. The environment's own bill knows
nothing of SQLite and holds what tests and lint need besides.
"""

import json
import platform
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg.pq
import pysqlite3
from cryptography.hazmat.backends.openssl import backend
from lxml import etree

Bom = dict[str, Any]
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def bill(environment: Bom, lock: str) -> Bom:
    """The environment's bill without what the lock does not name, with what is inside the wheels and below them."""
    locked = {_plain(name) for name in _LOCKED.findall(lock)}
    root = environment["metadata"]["component"]["bom-ref"]
    components = [c for c in environment["components"] if _plain(c["name"]) in locked]
    kept = {root, *(c["bom-ref"] for c in components)}
    depends = {
        d["ref"]: [ref for ref in d.get("dependsOn", []) if ref in kept]
        for d in environment["dependencies"]
        if d["ref"] in kept
    }
    refs = {_plain(c["name"]): c["bom-ref"] for c in components}
    for owner, component in native():
        components.append(component)
        depends[component["bom-ref"]] = []
        depends[refs[owner] if owner else root].append(component["bom-ref"])
    return {
        **environment,
        "components": sorted(components, key=lambda c: str(c["bom-ref"])),
        "dependencies": [
            {"ref": ref, **({"dependsOn": sorted(set(on))} if on else {})} for ref, on in sorted(depends.items())
        ],
    }


def native() -> Iterable[tuple[str, Bom]]:
    """Libraries that no package registry lists, each with the package that carries it; Python itself with none."""
    major, minor = divmod(psycopg.pq.version(), 10_000)
    openssl = backend.openssl_version_text().split()[1]
    yield "", _generic("cpython", platform.python_version(), "python", "python")
    yield "pysqlite3", _generic("sqlite", pysqlite3.sqlite_version, "sqlite", "sqlite")
    yield "lxml", _generic("libxml2", _dotted(etree.LIBXML_VERSION), "xmlsoft", "libxml2")
    yield "lxml", _generic("libxslt", _dotted(etree.LIBXSLT_VERSION), "xmlsoft", "libxslt")
    yield "psycopg-binary", _generic("libpq", f"{major}.{minor}", "postgresql", "postgresql")
    yield "cryptography", _generic("openssl", openssl, "openssl", "openssl")


def _generic(name: str, version: str, vendor: str, product: str) -> Bom:
    """With the names by which the lists of known weaknesses know it (CPE 2.3)."""
    return {
        "bom-ref": f"native:{name}@{version}",
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:generic/{name}@{version}",
        "cpe": f"cpe:2.3:a:{vendor}:{product}:{version}:*:*:*:*:*:*:*",
    }


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _plain(name: str) -> str:
    """A name as the registry compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """From standard input to standard output."""
    made = bill(json.load(sys.stdin), Path(sys.argv[1]).read_text(encoding="utf-8"))
    json.dump(made, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
