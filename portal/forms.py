"""Reading forms: typed values for the services, the typed text again for the page when something is wrong."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

from starlette.datastructures import FormData, UploadFile

from obligations.errors import WrongValue
from obligations.rules.figures import DONE, figure_problems
from obligations.rules.years import FIRST_DAY, LAST_DAY
from obligations.services.drafting.drafts import Draft
from obligations.services.views_shared import OutlineRow, VersionView
from portal import texts_vi as texts

LONGEST_TEXT = 20_000
LONGEST_LINE = 300
FIRST_FIGURE_ROWS, MORE_FIGURE_ROWS, MOST_FIGURE_ROWS = 3, 5, 100
DIGITS = 9
FIGURE = ("clause", "name", "unit", "value", "kind", "adjusted", "adjusted_reason")
PARTS = ("result", "difficulty", "proposal")
KEY = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
_DAY_FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")


class Wrong(str):  # noqa: SLOT000 - a field of its own is the point
    """What is wrong, for people, and with which field of the form."""

    field: str

    def __new__(cls, field: str, text: str) -> Self:
        """As any text."""
        made = super().__new__(cls, text)
        made.field = field
        return made


@dataclass
class ReportForm:
    """A report as typed. ``problems`` are texts for people; empty means it may be recorded."""

    form: str = ""
    document_number: str = ""
    document_on: str = ""
    note: str = ""
    key: str = ""
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    figures: list[dict[str, str]] = field(default_factory=list)
    nil_rest: bool = False
    problems: list[Wrong] = field(default_factory=list)
    draft_version: int = 0
    """The saving of the draft that the page began from; 0 for none."""

    def as_draft(self) -> dict[str, Any]:
        """Everything typed but files, as a draft keeps it."""
        kept = ("form", "document_number", "document_on", "note", "nil_rest")
        figures = [f for f in self.figures if says(f)]
        entries = {clause: e for clause, e in self.entries.items() if any(e.values())}
        return {**{name: getattr(self, name) for name in kept}, "entries": entries, "figures": figures}

    def entry(self, clause: str) -> dict[str, Any]:
        """What was typed for one task, every part present."""
        return {**dict.fromkeys(PARTS, ""), "nil": False, **self.entries.get(clause, {})}

    def content(self, outline: Sequence[OutlineRow]) -> dict[str, Any]:
        """What the submission keeps: entries and figures that say something."""
        entries = []
        for row in outline:
            typed = self.entry(row.id)
            says = any(typed[p] for p in PARTS)
            nil = not says and (typed["nil"] or self.nil_rest)
            if nil or says:
                entries.append({"clause": row.id, **{p: typed[p] for p in PARTS}, "nil": nil})
        figures = [{"kind": DONE, **f, "note": ""} for f in self.figures if f["name"] and f["value"]]
        return {"entries": entries, "figures": figures}

    def check(self, outline: Sequence[OutlineRow], today: date, *, files: int) -> None:
        """Collect what is missing."""
        if self.form not in ("soft", "signed", "nil"):
            self._add("form", "form")
        if self.form == "signed" and not self.document_number:
            self._add("document_number", "number")
        if self.form == "signed" and not self.document_on:
            self._add("document_on", "date")
        if self.form == "signed" and not files:
            self._add("files", "signed_file")
        if self.document_on:
            self._check_day(today)
        self.check_figures()
        if not KEY.match(self.key):
            self._add("key", "key")
        self.check_nil(outline)
        content = self.content(outline)
        by_note = not outline and self.note  # a request of one paragraph has no other place for an answer
        if self.form == "soft" and not (content["entries"] or content["figures"] or files or by_note):
            self._add("entries", "empty")

    def check_figures(self) -> None:
        """Collect figures that cannot be recorded: half typed, of no known kind, or putting last period's right without a reason."""
        typed = [f for f in self.figures if says(f)]
        halves = (f for f in typed if (f["name"] or f["unit"] or f["value"]) and not (f["name"] and f["value"]))
        self.problems += [
            Wrong("figures", texts.PROBLEM["figure"].format(what=f["name"] or f["value"] or f["unit"]))
            for f in halves
            if not (f["adjusted"] or f["adjusted_reason"])  # these are named with the number put right
        ]
        self.problems += [Wrong("figures", said) for said in figure_problems(typed)]

    def check_nil(self, outline: Sequence[OutlineRow]) -> None:
        """Nothing to report and something said contradict each other: only the agency knows which it means."""
        saying = [row for row in outline if any(self.entry(row.id)[part] for part in PARTS)]
        for row in saying:
            if self.entry(row.id)["nil"]:
                self._add("entries", "nil_task", task=row.title)
        if self.form != "nil":
            return
        names = [f"“{row.title}”" for row in saying]
        if any(f["name"] and f["value"] for f in self.figures):
            names.append("Số liệu")
        if names:
            self._add("form", "nil_form", names="; ".join(names))

    def _check_day(self, today: date) -> None:
        try:
            if day_of(self.document_on, "document_on") > today:
                self._add("document_on", "future")
        except WrongValue as error:
            self.problems.append(Wrong(error.field, error.said))

    def _add(self, field: str, which: str, **named: str) -> None:
        self.problems.append(Wrong(field, texts.PROBLEM[which].format(**named)))


def read_report(form: FormData, outline: Sequence[OutlineRow]) -> ReportForm:
    """The report form as typed, NFC and without control characters. A text that is too long is a problem, and stays whole."""
    typed = ReportForm(
        form=line(form, "form"),
        document_number=line(form, "document_number"),
        document_on=line(form, "document_on"),
        note=whole_text(form, "note"),
        key=line(form, "key"),
        nil_rest="nil_rest" in form,
    )
    for row in outline:
        entry: dict[str, Any] = {part: whole_text(form, f"{part}:{row.id}") for part in PARTS}
        typed.entries[row.id] = {**entry, "nil": f"nil:{row.id}" in form}
    known = {row.id for row in outline}
    for index in range(MOST_FIGURE_ROWS):
        if f"figure-name:{index}" not in form:
            break
        clause = line(form, f"figure-clause:{index}")
        parts = {name: line(form, f"figure-{name}:{index}") for name in FIGURE if name != "clause"}
        typed.figures.append({**parts, "clause": clause if clause in known else "", "kind": parts["kind"] or DONE})
    said = line(form, "draft_version")
    typed.draft_version = whole(said) or 0
    typed.problems += [
        Wrong("entries", _too_long(row.title, said))
        for row in outline
        for said in typed.entry(row.id).values()
        if _is_long(said)
    ]
    if _is_long(typed.note):
        typed.problems.append(Wrong("note", _too_long(texts.NOTE_WITH_REPORT, typed.note)))
    return typed


def _is_long(said: object) -> bool:
    return isinstance(said, str) and len(said) > LONGEST_TEXT


def _too_long(where: str, said: str) -> str:
    count, limit = (f"{n:,}".replace(",", ".") for n in (len(said), LONGEST_TEXT))
    return texts.PROBLEM["long"].format(where=where, count=count, limit=limit)


def blank_report(key: str, earlier: VersionView | None) -> ReportForm:
    """An empty form, or the last version's text to go on from; its number and date are not carried over."""
    typed = ReportForm(key=key)
    if earlier is not None:
        typed.entries = {str(e.get("clause")): dict(e) for e in earlier.entries}
        typed.figures = [_figure(f) for f in earlier.figures]
    return add_figure_rows(typed, FIRST_FIGURE_ROWS)


def drafted_report(key: str, draft: Draft) -> ReportForm:
    """What was kept, to go on from."""
    typed = ReportForm(key=key, draft_version=draft.version)
    for name in ("form", "document_number", "document_on", "note"):
        setattr(typed, name, str(draft.content.get(name) or ""))
    typed.nil_rest = bool(draft.content.get("nil_rest"))
    typed.entries = {str(clause): dict(e) for clause, e in dict(draft.content.get("entries") or {}).items()}
    typed.figures = [_figure(f) for f in draft.content.get("figures") or []]
    return add_figure_rows(typed, FIRST_FIGURE_ROWS)


def take_over(typed: ReportForm, entries: dict[str, dict[str, Any]], figures: Sequence[dict[str, str]]) -> None:
    """What a filled-in file says, over what was typed; what it says nothing of stays."""
    typed.entries.update(entries)
    if figures:
        typed.figures = [_figure(f) for f in figures]
    add_figure_rows(typed, FIRST_FIGURE_ROWS)


def add_figure_rows(typed: ReportForm, more: int = MORE_FIGURE_ROWS) -> ReportForm:
    """Empty rows for more figures."""
    wanted = min(len(typed.figures) + more, MOST_FIGURE_ROWS)
    typed.figures += [_figure({}) for _ in range(wanted - len(typed.figures))]
    return typed


def says(figure: Mapping[str, str]) -> bool:
    """Whether anything was typed into a row; its kind is chosen from the beginning."""
    return any(value for name, value in figure.items() if name != "kind")


def _figure(kept: Mapping[str, Any]) -> dict[str, str]:
    """A row of the form; what was kept before there were kinds is of the usual one."""
    return {**{name: str(kept.get(name) or "") for name in FIGURE}, "kind": str(kept.get("kind") or DONE)}


def uploads_of(form: FormData, name: str = "files") -> list[UploadFile]:
    """Files that were really chosen; a browser sends an empty part for none."""
    return [f for f in form.getlist(name) if isinstance(f, UploadFile) and f.filename]


def whole(typed: str) -> int | None:
    """A whole number of up to nine digits; None for anything else, also for what only looks like digits ("²")."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS else None


def whole_text(form: FormData, name: str) -> str:
    """A text of several lines, however long."""
    value = form.get(name)
    return _clean(value).strip() if isinstance(value, str) else ""


def text(form: FormData, name: str) -> str:
    """A text of several lines, of limited length."""
    return whole_text(form, name)[:LONGEST_TEXT].strip()


def line(form: FormData, name: str) -> str:
    """A text of one line."""
    return " ".join(text(form, name).split())[:LONGEST_LINE]


def needed(form: FormData, name: str, what: str) -> str:
    """A line that must be there; WrongValue names it."""
    value = line(form, name)
    if not value:
        raise WrongValue(name, texts.PROBLEM["needed"].format(what=what))
    return value


def day_of(value: str, field: str) -> date:
    """A day as people write it (31/10/2026) or as a browser's date field sends it; WrongValue of its ``field`` otherwise."""
    for form in _DAY_FORMS:
        with suppress(ValueError):
            day = datetime.strptime(value, form).date()  # noqa: DTZ007 -- a day, not an instant
            if FIRST_DAY <= day <= LAST_DAY:
                return day
    raise WrongValue(field, texts.PROBLEM["day"].format(value=value))


def needed_day(form: FormData, name: str, what: str) -> date:
    """A day that must be there."""
    return day_of(needed(form, name, what), name)


def optional_day(form: FormData, name: str) -> date | None:
    """A day, or None when the field is empty."""
    value = line(form, name)
    return day_of(value, name) if value else None


def _clean(value: str) -> str:
    kept = value.replace("\r\n", "\n")
    if not kept.replace("\n", "").replace("\t", "").isprintable():
        kept = "".join(c for c in kept if c in "\n\t" or unicodedata.category(c)[0] != "C")
    return unicodedata.normalize("NFC", kept)
