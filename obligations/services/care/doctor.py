"""What is well and what must be mended, for the people who run an installation and for its security dossier."""

from dataclasses import dataclass
from datetime import datetime

from obligations.services.care.database import check_database, opened_database
from obligations.services.care.finding import Finding
from obligations.services.care.machine import check_machine, what_runs
from obligations.services.care.outside import check_channels, check_public, check_scanner
from obligations.settings import Settings

__all__ = ["Examination", "Finding", "examination", "examine"]


@dataclass(frozen=True)
class Examination:
    """The findings of one moment, with what was examined: labels and values in Vietnamese, nothing secret."""

    as_of: datetime
    about: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Whether nothing must be mended; warnings may stand."""
        return all(f.ok for f in self.findings)


def examine(settings: Settings, as_of: datetime, *, deploy: bool = False) -> list[Finding]:
    """Everything that can be checked without the service running; ``deploy`` adds what a public one needs."""
    return list(examination(settings, as_of, deploy=deploy).findings)


def examination(settings: Settings, as_of: datetime, *, deploy: bool = False, whole: bool = True) -> Examination:
    """As ``examine``, with names and versions. Reads only; asks nobody but the database and the virus scanner.

    ``whole`` False, for a page: of file and trail what the daily check found and what came since, so that a look costs what is new.
    """
    findings = check_machine(settings, as_of)
    database, revision, problems = opened_database(settings)
    findings += problems
    try:
        if database:
            findings += check_database(settings, database, revision, as_of, deploy=deploy, whole=whole)
        about = what_runs(settings, database)
    finally:
        if database:
            database.dispose()
    findings += [*check_channels(settings), *check_scanner(settings)]
    return Examination(as_of, about, (*findings, *(check_public(settings) if deploy else ())))
