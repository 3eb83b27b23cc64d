"""Whether the totals and counts of an annex are what its own rows come to, after a person has worked on them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from docx.document import Document as DocumentObject

from obligations.rules.compare import figure_of
from obligations.rules.figures import folded
from obligations.rules.totals import Given, Sum, number_text, sums
from reports.docx_reading import rows_of_tables
from reports.number_check import SUM, Difference, annex_numbers
from reports.numbers import PREFIX
from reports.wording import FIGURE_COLUMNS, RECEIVED_COLUMNS, TOTAL_COLUMNS, UNSENT_COLUMNS

Key = tuple[str, str, str, str]
Table = Sequence[Sequence[str]]


@dataclass(frozen=True)
class AnnexSum:
    """One total or count of an annex: its task and what it is called, what it says, what its rows come to (None: it has none)."""

    clause: str
    label: str
    said: str
    rows: Decimal | None

    @property
    def agrees(self) -> bool:
        """Whether it says what its rows come to."""
        return self.rows is not None and figure_of(self.said) == self.rows


def annex_sums(document: DocumentObject) -> list[AnnexSum]:
    """Every total and count; tables whose heads a person changed are left out."""
    tables = list(rows_of_tables(document))
    return [*_counts(document, tables), *_totals(tables)]


def sums_apart(edited: DocumentObject, made: DocumentObject) -> list[Difference]:
    """Every total of ``edited`` that its rows do not come to, with what was ``made``."""
    before = {(each.clause, each.label): each.said for each in annex_sums(made)}
    return [
        Difference(
            SUM,
            each.label,
            annex=each.said,
            made=before.get((each.clause, each.label), ""),
            rows=number_text(each.rows) if each.rows is not None else "",
        )
        for each in annex_sums(edited)
        if not each.agrees
    ]


def _counts(document: DocumentObject, tables: Sequence[Table]) -> Iterator[AnnexSum]:
    """The lists of agencies against the numbers above them; an empty list is a sentence and no table."""
    found = annex_numbers(document)
    said = {
        key: found[PREFIX + key]
        for key in ("so_da_nhan", "so_chua_gui", "so_khong_phai_bao_cao")
        if PREFIX + key in found
    }
    values = {key: figure_of(text) for key, (_, text) in said.items()}
    for keys, head in ((("so_da_nhan",), RECEIVED_COLUMNS), (("so_chua_gui", "so_khong_phai_bao_cao"), UNSENT_COLUMNS)):
        rows = sum(len(table) - 1 for table in tables if tuple(table[0]) == head)
        numbers = [values.get(key) for key in keys]
        if None in numbers:
            continue
        total = sum((n for n in numbers if n is not None), Decimal(0))
        yield AnnexSum("", " và ".join(said[key][0] for key in keys), number_text(total), Decimal(rows))


def _totals(tables: Sequence[Table]) -> Iterator[AnnexSum]:
    given = [
        Given(agency=row[2], clause=row[0], name=row[1], unit=row[4], kind=row[5], value=row[3])
        for row in _rows(tables, FIGURE_COLUMNS)
    ]
    come_to: Mapping[Key, Sum] = {_key(s.clause, s.name, s.kind, s.unit): s for s in sums(given)}
    for clause, name, kind, unit, agencies, value in _rows(tables, TOTAL_COLUMNS):
        found = come_to.get(_key(clause, name, kind, unit))
        label = f"{name} ({', '.join(part for part in (unit, kind) if part)})"
        yield AnnexSum(clause, f"Tổng số, {label}", value, found.value if found else None)
        if found is not None:
            yield AnnexSum(clause, f"Số cơ quan báo cáo, {label}", agencies, Decimal(found.agencies))


def _rows(tables: Sequence[Table], head: tuple[str, ...]) -> Iterator[Sequence[str]]:
    for table in tables:
        if tuple(table[0]) == head:
            yield from (row for row in table[1:] if len(row) == len(head))


def _key(clause: str, name: str, kind: str, unit: str) -> Key:
    return clause, folded(name), kind, folded(unit)
