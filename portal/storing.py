"""Files that come with a form: checked, stored before the act that takes them, and gone again when it does not."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import UploadFile

from obligations.errors import WrongValue
from obligations.services.context import App
from obligations.services.storage import StoredFile, discard, known_files, store_file
from portal import texts_vi as texts
from portal.uploads import BadUpload, Checked, check_upload

MOST_FILES = 10
FIELD = "files"


@contextmanager
def stored_uploads(app: App, uploads: Sequence[UploadFile]) -> Iterator[tuple[list[StoredFile], list[bool]]]:
    """The files on disk, and the list to which the act appends whether it took them.

    WrongValue names every file that is not taken; then none is stored. When one of them cannot be written, those before go again.
    """
    checked = _checked(app, uploads)
    stored: list[StoredFile] = []
    with kept_if_used(app, stored) as used:
        for upload, found in checked:
            one = store_file(app.settings, upload.file, found.name, found.media_type)
            stored.append(replace(one, borrows=found.borrows))
        yield stored, used


@contextmanager
def kept_if_used(app: App, stored: Sequence[StoredFile]) -> Iterator[list[bool]]:
    """Files that were stored before the act go again unless it took them: not when it was refused or a repetition, nor when its transaction failed.

    The act appends whether it did. A file whose row may be there is never removed: what is in doubt, and what a crash in between
    leaves, is the sweep's.
    """
    used: list[bool] = []
    try:
        yield used
    except BaseException as error:
        if any(used) and not getattr(error, "connection_invalidated", False):  # then a commit may still arrive
            _discard_unknown(app, [file.stored_as for file in stored])
        raise
    finally:
        if not any(used):
            discard(app.settings, [file.stored_as for file in stored])


def _discard_unknown(app: App, names: list[str]) -> None:
    try:
        with app.database.read() as session:
            known = {stored_as for stored_as, _ in known_files(session)}
    except SQLAlchemyError:
        return
    discard(app.settings, [name for name in names if name not in known])


def _checked(app: App, uploads: Sequence[UploadFile]) -> list[tuple[UploadFile, Checked]]:
    limit = app.settings.upload_limit_mb
    problems = [texts.UPLOAD["many"].format(limit=MOST_FILES)] if len(uploads) > MOST_FILES else []
    checked = []
    for upload in uploads[:MOST_FILES]:
        try:
            checked.append((upload, check_upload(upload, limit, app.settings.clamd)))
        except BadUpload as problem:
            problems.append(str(problem))
    if problems:
        raise WrongValue(FIELD, " ".join(problems), every=[(FIELD, said) for said in problems])
    return checked
