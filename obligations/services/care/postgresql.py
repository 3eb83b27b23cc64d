"""PostgreSQL by its own tools: a dump, a dump put back, and a spare database of a drill, gone afterwards."""

import hashlib
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from models.migrate import revisions
from obligations.errors import Refused
from obligations.services.care.finding import Finding
from obligations.settings import Settings

SPARE = "dondoc_drill_"
DUMP, RESTORE = "pg_dump", "pg_restore"
TELLS = 300
"""Characters of what a tool says that are passed on."""
MISMATCH = "version mismatch"
ADVICE = (
    "; install the client tools of the server's release, or set DONDOC_PG_BIN",
    ". Đề nghị cài công cụ PostgreSQL cùng phiên bản với máy chủ, hoặc đặt DONDOC_PG_BIN là thư mục của bộ công cụ đó.",
)
NEWER = (
    "the archive was made by a newer dondoc; install that one first",
    "bản sao lưu được tạo bởi phiên bản dondoc mới hơn; đề nghị cài phiên bản đó trước",
)


def is_postgresql(address: str) -> bool:
    """Whether the database is on a server."""
    return address.startswith("postgresql")


def dump(settings: Settings, target: Path) -> None:
    """One snapshot of the database; writers go on. Refused, saying why, when the tool is missing or fails."""
    _run(settings, DUMP, settings.database, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def load(settings: Settings, source: Path) -> None:
    """Put a dump into an empty database, all of it or nothing. Refused for one that holds tables, or a dump of a newer release."""
    if not _is_empty(settings.database):
        raise Refused(
            "the database already holds tables; restore into an empty one",
            "Cơ sở dữ liệu đích đã có bảng; đề nghị tạo cơ sở dữ liệu trống rồi khôi phục vào đó.",
        )
    said = _run(settings, RESTORE, "", "--data-only", "--table=alembic_version", "--file=-", str(source))
    if not any(line.strip() in revisions() for line in said.splitlines()):
        raise Refused(*NEWER)
    flags = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
    _run(settings, RESTORE, settings.database, *flags, str(source))


def tool(settings: Settings, name: str) -> str:
    """Where the tool lies; Refused when there is none."""
    found = shutil.which(name, path=settings.pg_bin or None)
    if found is None:
        where = settings.pg_bin or "PATH"
        raise Refused(
            f"{name} was not found in {where}; install the client tools of the server's release, or set DONDOC_PG_BIN",
            f"Không tìm thấy {name} ({where}). Đề nghị cài công cụ PostgreSQL (postgresql-client) cùng phiên bản với máy chủ hoặc mới "
            "hơn, hoặc đặt DONDOC_PG_BIN là thư mục chứa các công cụ đó.",
        )
    return found


def check_tools(settings: Settings) -> Iterator[Finding]:
    """Whether a server could be backed up and drilled from here."""
    if not is_postgresql(settings.database):
        return
    title, said = "Công cụ sao lưu PostgreSQL", ""
    try:
        said = ", ".join(tool(settings, name) for name in (DUMP, RESTORE))
    except Refused as error:
        yield Finding.seen(
            "backup tools", title, "chưa có", well=False, warns=True, reason="missing", advice=error.said
        )
        return
    yield Finding.seen("backup tools", title, said)


@contextmanager
def spare_database(settings: Settings, server: str | None = None) -> Iterator[str]:
    """The address of an empty database beside the live one, or on ``server``; dropped afterwards.

    Those that drills of this machine left when they were killed go first. Refused when the role may not create any.
    """
    tool(settings, RESTORE)
    address = make_url(server or settings.database)
    engine = _administering(address)
    name = f"{SPARE}{_machine()}_{os.getpid()}_{secrets.token_hex(4)}"
    try:
        try:
            _drop_left(engine)
            _do(engine, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        except SQLAlchemyError as error:
            raise _refused(error) from error
        try:
            yield address.set(database=name).render_as_string(hide_password=False)
        finally:
            _do(engine, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    finally:
        engine.dispose()


def _refused(error: SQLAlchemyError) -> Refused:
    said = str(getattr(error, "orig", error)).strip().splitlines()[0][:TELLS]
    return Refused(
        f"no spare database could be made: {said}; give the role CREATEDB, or --server",
        f"Không tạo được cơ sở dữ liệu tạm để diễn tập ({said}). Đề nghị cấp quyền CREATEDB cho tài khoản cơ sở dữ liệu, hoặc nêu máy chủ "
        "khác bằng --server postgresql://….",
    )


def _run(settings: Settings, name: str, address: str, *flags: str) -> str:
    """What the tool wrote. The password goes by the environment: a command line is read by everybody on the machine."""
    command, environment = [tool(settings, name), *flags], {**os.environ, "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"}
    if address:
        url = make_url(address)
        open_ = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
        command += ["--dbname", open_.render_as_string(hide_password=False)]
        environment |= {"PGPASSWORD": url.password} if url.password else {}
    done = subprocess.run(  # noqa: S603 - the server's own tool, without a shell
        command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[:TELLS]
        english, advice = ADVICE if MISMATCH in said else ("", "")
        raise Refused(f"{name} failed: {said}{english}", f"{name} không thực hiện được: {said}{advice}")
    return done.stdout


def _is_empty(address: str) -> bool:
    engine = _engine(make_url(address))
    try:
        with engine.connect() as connection:
            tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
            return connection.execute(text(tables)).scalar() == 0
    finally:
        engine.dispose()


def _drop_left(engine: Engine) -> None:
    """What a killed drill of this machine left; one whose process lives is left alone."""
    with engine.connect() as connection:
        names = connection.execute(
            text("SELECT datname FROM pg_database WHERE datname LIKE :own"), {"own": f"{SPARE}%"}
        )
        left = [name for (name,) in names if _is_left(name)]
    for name in left:
        _do(engine, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _is_left(name: str) -> bool:
    machine, _, rest = name.removeprefix(SPARE).partition("_")
    number = rest.partition("_")[0]
    return machine == _machine() and number.isdecimal() and not process_lives(int(number))


def process_lives(number: int) -> bool:
    """Whether a process of this machine has that number."""
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _machine() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def _administering(address: URL) -> Engine:
    """Connected to the same server, to a database that is there anyway."""
    return _engine(address).execution_options(isolation_level="AUTOCOMMIT")


def _engine(address: URL) -> Engine:
    return create_engine(address.set(drivername="postgresql+psycopg"))


def _do(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement))
