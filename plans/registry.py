"""A registry file: agencies over time, how they give way to one another, groups and roles."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from plans.base import Confidence, DutyName, FileModel, IsoDate, Slug, SourcedModel, Text

FIRST_YEAR, LAST_YEAR = 1900, 2100

KindName = Literal["government", "party", "mass", "association", "vertical", "press"]
LevelName = Literal["province", "district", "commune"]


class AgencySpec(FileModel):
    """A body that may owe reports, from ``valid_from`` to ``valid_to`` (both included; none: still there).

    ``duty`` bounds what it can owe: a body outside the issuer's command is only ever ``requested``.
    """

    code: Slug
    name: Text
    short_name: Text
    kind: KindName
    level: LevelName
    valid_from: IsoDate
    valid_to: IsoDate | None = None
    official_code: Text | None = None
    confidence: Confidence
    source: Text
    duty: DutyName | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        if any(not FIRST_YEAR <= day.year <= LAST_YEAR for day in (self.valid_from, self.valid_to) if day):
            raise ValueError(f"validity lies outside {FIRST_YEAR}-{LAST_YEAR}")
        return self

    def is_valid(self, day: date) -> bool:
        """Whether the agency exists on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class CommuneSource(FileModel):
    """The package the communes and their official codes come from; reading expands them into agencies."""

    package: Literal["vietnam-provinces"]
    province_code: Annotated[int, Field(strict=True, ge=1, le=99)]
    valid_from: IsoDate
    confidence: Confidence
    source: Text


class SuccessionSpec(FileModel):
    """Agencies giving way on a day. ``end``: no successor takes over one to one; a person decides."""

    from_: Annotated[list[Slug], Field(alias="from", min_length=1)]
    to: list[Slug] = Field(default_factory=list)
    on: IsoDate
    kind: Literal["merge", "split", "rename", "end"]
    scope: str = ""
    decision: str = ""
    confidence: Confidence

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        fits = {
            "merge": len(self.to) == 1,
            "rename": len(self.from_) == len(self.to) == 1,
            "split": len(self.from_) == 1 and len(self.to) > 1,
            "end": not self.to,
        }
        if len(set(self.from_)) < len(self.from_) or len(set(self.to)) < len(self.to):
            raise ValueError("an agency stands twice on the same side")
        if both := sorted(set(self.from_) & set(self.to)):
            raise ValueError(f"{both[0]!r} gives way to itself")
        if not fits[self.kind]:
            raise ValueError(
                f"kind {self.kind} does not fit {len(self.from_)} -> {len(self.to)}: merge n -> 1, rename 1 -> 1, split 1 -> n, end n -> 0"
            )
        return self


class Selection(FileModel):
    """Members by what they are instead of by name."""

    kind: KindName
    level: LevelName


class GroupSpec(FileModel):
    """A named set of agencies over all time; a period takes those valid on its opening day."""

    code: Slug
    name: Text
    members: list[Slug] = Field(default_factory=list)
    select: Selection | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if bool(self.members) == (self.select is not None):
            raise ValueError("give either members or select")
        return self


class RoleHolding(FileModel):
    """Which agency plays a role from a day to a day (both included)."""

    agency: Slug
    from_: IsoDate = Field(alias="from")
    to: IsoDate | None = None


class RoleSpec(FileModel):
    """A role such as the consolidating agency; addressed instead of the body that holds it."""

    code: Slug
    name: Text
    holders: Annotated[list[RoleHolding], Field(min_length=1)]

    def holder(self, day: date) -> str | None:
        """Code of the agency that holds the role on a day."""
        for holding in self.holders:
            if holding.from_ <= day and (holding.to is None or day <= holding.to):
                return holding.agency
        return None


class RegistryFile(SourcedModel):
    """All agencies of one province. After reading, ``agencies`` includes the expanded communes."""

    slug: Slug
    agencies: Annotated[list[AgencySpec], Field(min_length=1)]
    communes: CommuneSource | None = None
    successions: list[SuccessionSpec] = Field(default_factory=list)
    groups: list[GroupSpec] = Field(default_factory=list)
    roles: list[RoleSpec] = Field(default_factory=list)

    def members_of(self, group: str) -> list[str]:
        """Codes of a group's members over all time, in registry order. Raises KeyError for an unknown group."""
        spec = next((g for g in self.groups if g.code == group), None)
        if spec is None:
            raise KeyError(group)
        if spec.select is None:
            named = set(spec.members)
            return [a.code for a in self.agencies if a.code in named]
        wanted = (spec.select.kind, spec.select.level)
        return [a.code for a in self.agencies if (a.kind, a.level) == wanted]

    def resolve(self, code: str, day: date) -> list[str]:
        """Agencies behind a group, role or agency code on a day. Raises KeyError when there is no such code."""
        by_code = {a.code: a for a in self.agencies}
        if any(g.code == code for g in self.groups):
            return [c for c in self.members_of(code) if by_code[c].is_valid(day)]
        role = next((r for r in self.roles if r.code == code), None)
        if role is not None:
            holder = role.holder(day)
            return [holder] if holder else []
        return [code] if by_code[code].is_valid(day) else []
