"""What a date rests on: the plan's text, a guiding letter, or a decision of the coordinator (users.md S4)."""

from datetime import date
from typing import Self

from pydantic import model_validator

from plans.base import BasisName, DocumentNumber, FileModel, IsoDate, Text

DECIDED = ("set_by", "set_on", "why")
NUMBERED = ("basis_number", "basis_on")


class Based(FileModel):
    """A date with its basis.

    ``plan``: the document's own words (``phrase``). ``letter``: number and day of a guiding letter, or its name in
    ``basis_document`` alone. ``internal``: who set it, when and why; never a date of the document.
    """

    phrase: Text | None = None
    basis: BasisName
    basis_document: Text | None = None
    basis_number: DocumentNumber | None = None
    basis_on: IsoDate | None = None
    set_by: Text | None = None
    set_on: IsoDate | None = None
    why: Text | None = None

    @model_validator(mode="after")
    def _based(self) -> Self:
        letter = ("basis_document", *NUMBERED)
        if self.basis == "internal":
            need(self, has=DECIDED, lacks=letter, when="basis is internal")
        elif self.basis == "letter":
            named = self.basis_document is not None
            need(self, has=() if named else NUMBERED, lacks=(*DECIDED, *(NUMBERED * named)), when="basis is letter")
        else:
            need(self, has=("phrase",), lacks=(*DECIDED, *letter), when="basis is plan")
        return self


def basis_note(based: Based, citation: str) -> str:
    """What a date rests on, in one sentence. ``citation``: the plan as texts cite it."""
    if based.basis == "internal" and based.set_on is not None:
        return (
            f"Ấn định nội bộ, không phải hạn trong văn bản: {based.set_by} ấn định ngày {based.set_on:%d/%m/%Y}. "
            f"Lý do: {based.why}"
        )
    if based.basis == "letter":
        return f"Theo công văn hướng dẫn{_letter(based.basis_document, based.basis_number, based.basis_on)}"
    return f"Theo văn bản giao: {citation}"


def window_note(basis: BasisName, number: str | None, on: date | None, why: str) -> str:
    """What a data window rests on, in one sentence."""
    words = {"plan": "Theo văn bản giao", "letter": f"Theo công văn hướng dẫn{_letter(None, number, on)}"}
    return f"{words.get(basis, 'Ấn định nội bộ')}: {why}"


def _letter(document: str | None, number: str | None, on: date | None) -> str:
    if document is not None:
        return f": {document}"
    return f" số {number} ngày {on:%d/%m/%Y}" if on is not None else ""


def need(model: FileModel, *, has: tuple[str, ...], lacks: tuple[str, ...], when: str) -> None:
    """Refuse a model that misses a key of ``has`` or gives one of ``lacks``."""
    missing = [name for name in has if getattr(model, name) is None]
    unwanted = [name for name in lacks if getattr(model, name) is not None]
    if missing:
        raise ValueError(f"when {when}, {', '.join(missing)} must be given")
    if unwanted:
        raise ValueError(f"when {when}, {', '.join(unwanted)} must be left out")
