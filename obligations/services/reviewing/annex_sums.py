"""Whether the totals and counts of an annex are what its own rows come to, after a person has worked on them."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from docx.document import Document as DocumentObject

from obligations.rules.compare import figure_of
from obligations.rules.figures import folded
from obligations.rules.totals import Given, Sum, number_text, sums
from reports.docx_reading import rows_of_tables
from reports.number_check import annex_numbers
from reports.numbers import PREFIX
from reports.wording import FIGURE_COLUMNS, RECEIVED_COLUMNS, TOTAL_COLUMNS, UNSENT_COLUMNS

Key = tuple[str, str, str, str]
Table = Sequence[Sequence[str]]
Apart = tuple[str, str, str]
"""What it is called, what the total says, what the rows come to."""


def sums_apart(document: DocumentObject) -> list[Apart]:
    """Every total that its rows do not come to; tables whose heads a person changed are left out."""
    tables = list(rows_of_tables(document))
    return [*_counts(document, tables), *_totals(tables)]


def _counts(document: DocumentObject, tables: Sequence[Table]) -> Iterator[Apart]:
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
        if total != rows:
            yield " và ".join(said[key][0] for key in keys), number_text(total), number_text(rows)


def _totals(tables: Sequence[Table]) -> Iterator[Apart]:
    given = [
        Given(agency=row[2], clause=row[0], name=row[1], unit=row[4], kind=row[5], value=row[3])
        for row in _rows(tables, FIGURE_COLUMNS)
    ]
    come_to: Mapping[Key, Sum] = {_key(s.clause, s.name, s.kind, s.unit): s for s in sums(given)}
    for clause, name, kind, unit, agencies, value in _rows(tables, TOTAL_COLUMNS):
        found = come_to.get(_key(clause, name, kind, unit))
        label = f"{name} ({', '.join(part for part in (unit, kind) if part)})"
        if found is None:
            yield f"Tổng số, {label}", value, ""
            continue
        if figure_of(value) != found.value:
            yield f"Tổng số, {label}", value, number_text(found.value)
        if figure_of(agencies) != found.agencies:
            yield f"Số cơ quan báo cáo, {label}", agencies, number_text(found.agencies)


def _rows(tables: Sequence[Table], head: tuple[str, ...]) -> Iterator[Sequence[str]]:
    for table in tables:
        if tuple(table[0]) == head:
            yield from (row for row in table[1:] if len(row) == len(head))


def _key(clause: str, name: str, kind: str, unit: str) -> Key:
    return clause, folded(name), kind, folded(unit)
