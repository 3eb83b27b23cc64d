"""Files: whole or not at all, under names no sender can shape."""

import errno
import hashlib
import io
import os
import time
from pathlib import Path

import pytest
from sqlmodel import select

from models.tables import Attachment
from obligations.errors import NotFound, Refused
from obligations.services.context import App
from obligations.services.storage import discard, open_stored, store_file, stored_path, sweep_orphans
from obligations.settings import Settings
from tests import builders as build
from tests.builders import OPENED

PDF = "application/pdf"


@pytest.fixture
def store(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", secret_key="tests", upload_limit_mb=1)


def left(store: Settings) -> list[str]:
    return sorted(p.name for p in store.files.iterdir())


def test_what_is_stored_comes_back_byte_for_byte(store: Settings) -> None:
    data = os.urandom(200_000)
    for source in (data, io.BytesIO(data)):
        stored = store_file(store, source, "Báo cáo.PDF", PDF)
        assert (stored.size, stored.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert (stored.file_name, stored.media_type) == ("Báo cáo.PDF", PDF)
        with open_stored(store, stored.stored_as) as file:
            assert file.read() == data
    assert len(left(store)) == 2


def test_too_large_is_refused_and_leaves_nothing(store: Settings) -> None:
    limit = 1 << 20
    store_file(store, b"x" * limit, "vừa.pdf", PDF)
    with pytest.raises(Refused, match="lớn hơn 1 MB"):
        store_file(store, b"x" * (limit + 1), "lớn.pdf", PDF)
    assert len(left(store)) == 1
    store_file(store, b"x" * (limit + 1), "của ta.docx", PDF, limited=False)


class Broken(io.RawIOBase):
    """A source that fails after its first piece, as a cut connection or a full disk would."""

    def __init__(self) -> None:
        self.pieces = [b"first"]

    def read(self, _size: int = -1) -> bytes:
        if self.pieces:
            return self.pieces.pop()
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_source_that_breaks_leaves_nothing(store: Settings) -> None:
    with pytest.raises(OSError, match="No space"):
        store_file(store, Broken(), "a.pdf", PDF)  # type: ignore[arg-type]
    assert left(store) == []


@pytest.mark.parametrize(
    ("name", "suffix", "shown"),
    [
        ("../../etc/passwd", "", "passwd"),
        ("C:\\thu muc\\bao cao.docx", ".docx", "bao cao.docx"),
        ("a.p\0df", ".pdf", "a.pdf"),
        ("a.<script>", "", "a.<script>"),
        ("b" * 300 + ".pdf", ".pdf", "b" * 251 + ".pdf"),
        ("a." + "x" * 300, "", "a." + "x" * 253),
        ("\n\r", "", "tep"),
        ("không dấu chấm", "", "không dấu chấm"),
    ],
)
def test_a_name_never_shapes_the_path(store: Settings, name: str, suffix: str, shown: str) -> None:
    stored = store_file(store, b"x", name, PDF)
    assert left(store) == [stored.stored_as]
    assert Path(stored.stored_as).suffix == suffix
    assert stored.file_name == shown


@pytest.mark.parametrize("name", ["", ".", "..", "../secret.key", "khong-co.pdf", "/etc/passwd"])
def test_nothing_outside_the_store_is_opened(store: Settings, name: str) -> None:
    store.files.mkdir(parents=True)
    (store.home / "secret.key").write_text("s")
    with pytest.raises(NotFound):
        stored_path(store, name)


def test_sweeping_keeps_what_a_row_knows_and_what_is_young(app: App) -> None:
    with app.write(OPENED, "test") as ctx:
        period = build.add_period(ctx.session, build.add_obligation(ctx.session, build.add_plan(ctx.session)))
        assignment = build.add_assignment(ctx.session, period, build.add_agency(ctx.session))
        submission = build.add_submission(ctx.session, assignment, OPENED)
        kept, stray = (store_file(app.settings, b"x", "a.pdf", PDF) for _ in range(2))
        ctx.session.add(
            Attachment(submission_id=submission.id or 0, **{k: getattr(kept, k) for k in kept.__dataclass_fields__})
        )
    (app.settings.files / ".part-cut").write_bytes(b"half")
    now = time.time()  # noqa: TID251 - compared with the file system's own times
    assert sweep_orphans(app, 3600, now) == 0
    assert sweep_orphans(app, 3600, now + 7200) == 2
    assert left(app.settings) == [kept.stored_as]
    with app.read(OPENED) as ctx:
        for name in ctx.session.exec(select(Attachment.stored_as)):
            assert stored_path(app.settings, name).is_file()
    discard(app.settings, [stray.stored_as, kept.stored_as])
    assert left(app.settings) == []
