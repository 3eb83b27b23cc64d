"""The bill of materials is of what customers install, C libraries included."""

import platform

import pysqlite3

from deploy.sbom import bill

ENVIRONMENT = {
    "bomFormat": "CycloneDX",
    "metadata": {"component": {"bom-ref": "root", "name": "dondoc"}},
    "components": [
        {"bom-ref": f"{name}==1", "name": name, "version": "1"}
        for name in ("pysqlite3", "lxml", "psycopg_binary", "cryptography", "ruamel.yaml", "pytest")
    ],
    "dependencies": [
        {"ref": "root", "dependsOn": ["lxml==1", "pysqlite3==1"]},
        {"ref": "ruamel.yaml==1", "dependsOn": ["pytest==1"]},
        {"ref": "pytest==1"},
    ]
    + [{"ref": f"{name}==1"} for name in ("pysqlite3", "lxml", "psycopg_binary", "cryptography")],
}
LOCK = "\n".join(
    f"{name}==1 \\\n    --hash=sha256:00\n    # via pytest"
    for name in ("pysqlite3", "lxml", "psycopg-binary", "cryptography", "ruamel-yaml")
)


def test_what_is_not_locked_is_not_in_it_and_what_is_inside_a_wheel_is() -> None:
    made = bill(ENVIRONMENT, LOCK)
    named = {c["name"]: c["version"] for c in made["components"]}
    assert "pytest" not in named
    assert {"lxml", "psycopg_binary", "ruamel.yaml", "libxml2", "libxslt", "libpq", "openssl"} <= set(named)
    assert (named["sqlite"], named["cpython"]) == (pysqlite3.sqlite_version, platform.python_version())
    depends = {d["ref"]: d.get("dependsOn", []) for d in made["dependencies"]}
    assert depends["ruamel.yaml==1"] == []
    assert depends["pysqlite3==1"] == [f"native:sqlite@{pysqlite3.sqlite_version}"]
    assert set(depends) == {"root"} | {c["bom-ref"] for c in made["components"]}
    sqlite = next(c for c in made["components"] if c["name"] == "sqlite")
    assert sqlite["cpe"] == f"cpe:2.3:a:sqlite:sqlite:{pysqlite3.sqlite_version}:*:*:*:*:*:*:*"
    assert bill(ENVIRONMENT, LOCK) == made, "equal environments give equal bills"
