"""Which rule each period goes by once documents have changed a plan, and when an obligation ends. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from plans.amendment import ENDS, Amendment
from plans.reasons import amended_basis, amendment_reasons
from plans.schema import ObligationSpec, PlanFile

if TYPE_CHECKING:  # occurrences imports this module
    from plans.occurrences import Occurrence

AHEAD = timedelta(days=800)
"""How far past a span other rules are looked at: an amendment may move a period by more than a year."""


@dataclass(frozen=True)
class End:
    """An obligation's end: nothing due on or after ``on`` is owed; what was due before runs its course."""

    on: date
    document: str


def amendments_of(plan: PlanFile, code: str) -> list[Amendment]:
    """Documents about one obligation: corrections first, the others by the day they take effect."""
    mine = [a for a in plan.amendments if code in a.obligations]
    return sorted(mine, key=lambda a: a.effective_on or date.min)


def end_of(plan: PlanFile, spec: ObligationSpec) -> End | None:
    """The one rule about ends: ``ended_by``, or the document that replaced or repealed it; None while it lasts."""
    if spec.ended_by is not None:
        return End(spec.ended_by.on, spec.ended_by.document)
    ending = next((a for a in amendments_of(plan, spec.code) if a.kind in ENDS), None)
    if ending is None or ending.effective_on is None:
        return None
    successor = next((o.title for o in plan.obligations if o.code == ending.replaced_by), None)
    return End(ending.effective_on, f"{ending.named}, thay bằng “{successor}”" if successor else ending.named)


def changed(spec: ObligationSpec, amendments: Iterable[Amendment]) -> ObligationSpec:
    """The obligation as these documents make it, in their order."""
    for amendment in amendments:
        if amendment.changes is not None:
            news = {name: getattr(amendment.changes, name) for name in amendment.changes.given}
            spec = spec.model_copy(update=news)
    return spec


def newest(plan: PlanFile, spec: ObligationSpec) -> ObligationSpec:
    """The obligation with everything that has been issued so far, in force already or not."""
    return changed(spec, amendments_of(plan, spec.code))


def in_force(
    plan: PlanFile,
    spec: ObligationSpec,
    since: date,
    until: date,
    of_rule: Callable[[PlanFile, ObligationSpec, date, date], list[Occurrence]],
) -> list[Occurrence]:
    """Occurrences due from ``since`` to ``until`` (both included), each by the rule that governs it.

    A document governs a period that opens on or after the day it takes effect; see Amendment for the other cases.
    """
    end = end_of(plan, spec)
    mine = [a for a in amendments_of(plan, spec.code) if a.kind not in ENDS]
    if not mine:
        found = of_rule(plan, spec, since, until)
    else:
        far = until + AHEAD if until < date.max - AHEAD else date.max
        chosen = _governed(spec, mine, lambda s: of_rule(plan, s, plan.issued_on, far))
        found = sorted((_cited(o) for o in chosen if since <= o.due_on <= until), key=lambda o: (o.due_on, o.label))
    return [o for o in found if end is None or o.due_on < end.on]


def _governed(
    spec: ObligationSpec, mine: Sequence[Amendment], of_rule: Callable[[ObligationSpec], list[Occurrence]]
) -> list[Occurrence]:
    so_far = [a for a in mine if a.kind == "correct"]
    chosen = _by_label(of_rule(changed(spec, so_far)), so_far)
    for amendment in (a for a in mine if a.kind != "correct"):
        so_far = [*so_far, amendment]
        news = _by_label(of_rule(changed(spec, so_far)), so_far)
        if amendment.changes is None:  # the whole obligation is new
            chosen = {}
        chosen = _merged(chosen, news, amendment)
    return list(chosen.values())


def _merged(chosen: dict[str, Occurrence], news: dict[str, Occurrence], amendment: Amendment) -> dict[str, Occurrence]:
    """Period by period: what stays with the rule it had, and what goes by the new one."""
    begins = amendment.effective_on or date.min
    found: dict[str, Occurrence] = {}
    for label in dict.fromkeys([*chosen, *news]):
        old, new = chosen.get(label), news.get(label)
        if old is not None and not _reaches(amendment, begins, old):
            found[label] = old
        elif new is not None and new.due_on >= begins:
            found[label] = new if old is not None else replace(new, opens_on=max(new.opens_on, begins))
        elif old is not None and new is not None:  # its new day lies before the document: the old one stands
            found[label] = old
    return found


def _reaches(amendment: Amendment, begins: date, old: Occurrence) -> bool:
    return old.opens_on >= begins or (amendment.open_periods == "move" and old.due_on >= begins)


def _by_label(found: list[Occurrence], so_far: Sequence[Amendment]) -> dict[str, Occurrence]:
    return {o.label: replace(o, amendments=tuple(so_far)) for o in found}


def _cited(found: Occurrence) -> Occurrence:
    """The occurrence with the documents it rests on among its reasons."""
    note = amended_basis(found.basis_note, found.amendments)
    return replace(found, reasons=(*found.reasons, *amendment_reasons(found.amendments)), basis_note=note)
