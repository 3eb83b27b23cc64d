"""A filled-in form file on its way into the page: checked as every upload, read, never stored."""

from starlette.datastructures import FormData

from obligations.services.drafting.form_files import read_form_file, whose_file
from obligations.services.drafting.form_rows import FormLimits, FormRead
from obligations.services.views.agency import DutyPage
from portal import texts_vi as texts
from portal.asking import Portal
from portal.forms import LONGEST_LINE, LONGEST_TEXT, MOST_FIGURE_ROWS, ReportForm, Wrong, uploads_of
from portal.uploads import OOXML, BadUpload, check_upload

LIMITS = FormLimits(LONGEST_TEXT, LONGEST_LINE, MOST_FIGURE_ROWS)
MOST_PROBLEMS = 20
FIELD = "form_file"


def read_upload(portal: Portal, form: FormData, shown: DutyPage) -> FormRead:
    """What the chosen file says; its ``notices`` begin with what was read, its ``problems`` are few enough to show."""
    uploads, settings = uploads_of(form, FIELD), portal.app.settings
    if not uploads:
        return FormRead(problems=[texts.FORM_FILE["none"]])
    try:
        name, media, _ = check_upload(uploads[0], settings.upload_limit_mb, settings.clamd)
    except BadUpload as problem:
        return FormRead(problems=[str(problem)])
    if media not in OOXML.values():
        return FormRead(problems=[texts.FORM_FILE["kind"].format(name=name)])
    with portal.app.read(portal.clock(), "portal") as ctx:
        content, kind = uploads[0].file.read(), name.rpartition(".")[2]
        found = read_form_file(content, kind, shown, LIMITS, lambda code: whose_file(ctx, code, shown))
    if found.problems:
        rest = len(found.problems) - MOST_PROBLEMS
        more = [texts.FORM_FILE["more"].format(count=rest)] if rest > 0 else []
        return FormRead(problems=[*found.problems[:MOST_PROBLEMS], *more])
    said = texts.FORM_FILE["read"].format(entries=len(found.entries), figures=len(found.figures), name=name)
    return FormRead(found.entries, found.figures, [], [said, *found.notices])


def check_read(typed: ReportForm, form: FormData) -> None:
    """A form file that was chosen and not read would be left out unseen."""
    if uploads_of(form, FIELD):
        typed.problems.append(Wrong(FIELD, texts.FORM_FILE["unread"]))
