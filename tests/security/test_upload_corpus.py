"""Every file of the corpus is judged as it should be, quickly and in little memory."""

import hashlib
import io
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from starlette.datastructures import UploadFile

from obligations.services.desk.register_file import read_register
from obligations.services.drafting.form_files import read_form_file
from obligations.services.drafting.form_rows import FormLimits
from obligations.services.table_file import TableError, read_table
from obligations.services.views.agency import DutyPage
from portal import texts_vi as texts
from portal.uploads import BadUpload, check_upload, clean_name
from tests.portal.conftest import LATE
from tests.security.corpus import SAMPLES as PLAIN
from tests.security.corpus import Sample, many_object_streams, word
from tests.security.disguised import DISGUISED

LIMIT, SECONDS = 50, 2.0
SAMPLES = [*PLAIN, *DISGUISED]
RESTRICTED = Path(__file__).parent / "data" / "restricted-aes-128.pdf"
REFUSED = sorted((Path(__file__).parent / "refused").iterdir())


def judged(sample: Sample) -> str:
    """The key of the sentence with which it is refused; empty when it is taken."""
    content = sample.make()
    began = time.thread_time()
    try:
        check_upload(UploadFile(io.BytesIO(content), size=len(content), filename=sample.name), LIMIT)
    except BadUpload as problem:
        said = str(problem)
        name, suffix = clean_name(sample.name), "." + sample.name.rpartition(".")[2]
        return next(
            key for key, text in texts.UPLOAD.items() if said == text.format(name=name, suffix=suffix, limit=LIMIT)
        )
    finally:
        assert time.thread_time() - began < SECONDS, sample.what
    return ""


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.what)
def test_every_file_is_judged_as_it_should_be(sample: Sample) -> None:
    assert judged(sample) == sample.wanted


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.name)
def test_what_is_encrypted_is_read_or_refused(path: Path) -> None:
    """Made with pikepdf and qpdf: an owner's password and none for readers, or one for readers."""
    assert judged(Sample(path.name, path.name, "", path.read_bytes)) == path.name.partition("-")[0].partition(".")[0]


def mixed(number: int) -> str:
    """Something that packs too badly for the archive to be refused as a bomb before it is read."""
    return hashlib.sha256(b"%d" % number).hexdigest()[:16]


GROWING = {
    "nested": ("a.docx", lambda n: word("".join(f"<w:instrText w:n='{mixed(i)}'>" for i in range(n)))),
    "codes": ("a.docx", lambda n: word("".join(f"<w:instrText>{mixed(i)}</w:instrText>" for i in range(n)))),
    "names": ("a.pdf", lambda n: b"%PDF-1.7\n" + b"/ObjStm " * (n * 8)),
    "streams": ("a.pdf", lambda n: many_object_streams(n // 10)),
    "addresses": ("a.pdf", lambda n: RESTRICTED.read_bytes() + b"/URI (abcdefghijklmnopqrstuvwxyz) " * (n // 20)),
    "slashes": ("a.pdf", lambda n: b"%PDF-1.7\n" + b"/" * (n * 30)),
}


@pytest.mark.parametrize("shape", GROWING)
def test_twice_the_size_is_about_twice_the_work(shape: str) -> None:
    name, make = GROWING[shape]

    small, large = (Sample(shape, name, "", lambda content=make(size): content) for size in (30_000, 60_000))  # noqa: B008 - made once, before the clock
    turns = [(_work(small), _work(large)) for _ in range(5)]  # in turns: what else the machine does befalls both
    assert min(twice for _, twice in turns) <= 2.5 * min(once for once, _ in turns) + 0.02


def _work(sample: Sample) -> float:
    began = time.thread_time()
    judged(sample)
    return time.thread_time() - began


def test_there_are_enough_of_them() -> None:
    bad = [sample for sample in SAMPLES if sample.wanted]
    assert len(bad) >= 150
    assert {sample.wanted for sample in bad} == {
        "unsafe",
        "magic",
        "macro",
        "embedded",
        "runs",
        "attached",
        "locked",
        "link",
        "unchecked",
        "kind",
        "empty",
        "old",
        "picture",
        "archive",
    }


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.name.endswith((".docx", ".xlsx"))], ids=lambda s: s.what)
def test_readers_of_tables_and_forms_survive_them(sample: Sample) -> None:
    """The same files where a table or a filled-in form is asked for: an error of ours, or nothing found."""
    content, kind = sample.make(), sample.name.rsplit(".", 1)[1]
    page = cast("DutyPage", SimpleNamespace(outline=[], duty=SimpleNamespace(public_id="x")))
    for read in (
        lambda: read_table(content),
        lambda: read_register(content, LATE.date()),
        lambda: read_form_file(content, kind, page, FormLimits(20_000, 300, 100)),
    ):
        began = time.monotonic()
        with suppress(TableError):
            read()
        assert time.monotonic() - began < SECONDS


def test_the_whole_corpus_fits_in_little_memory() -> None:
    """In a process of its own, as a portal holds one of them at a time."""
    code = (
        "import re\n"
        "from tests.security.test_upload_corpus import SAMPLES, judged\n"
        "for sample in SAMPLES: judged(sample)\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 300 << 10, "KiB; building the bombs takes the most of it"
