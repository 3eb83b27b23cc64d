"""Agencies over time, groups, roles, contacts."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.enums import AddressState, Audience, Duty, SuccessionKind, SuccessionOrigin
from models.types import instant, vocabulary


class Agency(SQLModel, table=True):
    """A reporting entity, valid from a day until (and including) a day."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=120)
    name: str
    short_name: str
    kind: str = Field(max_length=32, index=True)
    level: str = Field(max_length=32)
    valid_from: date
    valid_to: date | None = None
    official_code: str | None = Field(default=None, max_length=32)
    duty: Duty | None = vocabulary(Duty, default=None, nullable=True)
    confidence: str = Field(default="M", max_length=1)
    source: str = ""
    position: int = 0
    """Place in the official order; lists are never ordered by lateness."""


class Succession(SQLModel, table=True):
    """One agency giving way to another (or to none) on a day, by a decision."""

    __table_args__ = (UniqueConstraint("from_code", "to_code", "on"),)

    id: int | None = Field(default=None, primary_key=True)
    from_code: str = Field(max_length=120, index=True)
    to_code: str | None = Field(default=None, max_length=120)
    on: date
    kind: SuccessionKind = vocabulary(SuccessionKind)
    scope: str = ""
    decision: str = ""
    confidence: str = Field(default="M", max_length=1)
    origin: SuccessionOrigin = vocabulary(SuccessionOrigin, default=SuccessionOrigin.file)
    recorded_by: str = Field(default="", max_length=120)
    recorded_at: datetime | None = instant(nullable=True)
    applied_at: datetime | None = instant(nullable=True)
    """When contacts, links and open duties were handed over; None until its day has come and a tick has done it."""


class AgencyGroup(SQLModel, table=True):
    """A named set of agencies, resolved on a day by each member's validity."""

    __tablename__ = "agency_group"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=120)
    name: str


class GroupMember(SQLModel, table=True):
    """Membership of an agency in a group; ``valid_from`` set: only since it took over from a member."""

    __tablename__ = "group_member"

    group_id: int = Field(foreign_key="agency_group.id", primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", primary_key=True, index=True)
    valid_from: date | None = None


class RoleHolder(SQLModel, table=True):
    """Which agency plays a role (such as the consolidating agency) from a day until a day."""

    __tablename__ = "role_holder"
    __table_args__ = (UniqueConstraint("role", "valid_from"),)

    id: int | None = Field(default=None, primary_key=True)
    role: str = Field(max_length=120)
    role_name: str
    agency_id: int = Field(foreign_key="agency.id")
    valid_from: date
    valid_to: date | None = None


class Contact(SQLModel, table=True):
    """One address of one agency. Role mailboxes first; personal data with purpose and source."""

    __table_args__ = (UniqueConstraint("agency_id", "channel", "address", "audience"),)

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    audience: Audience = vocabulary(Audience)
    channel: str = Field(default="email", max_length=32)
    address: str = Field(max_length=320)
    label: str = ""
    purpose: str = ""
    source: str = ""
    is_sample: bool = False
    state: AddressState = vocabulary(AddressState, default=AddressState.active)
    state_reason: str = Field(default="", max_length=300, sa_column_kwargs={"server_default": ""})
    state_changed_at: datetime | None = instant(nullable=True)
    last_interaction_at: datetime | None = instant(nullable=True)
    """When this person last wrote to the official account: opens its window of free answers (Zalo)."""
    created_at: datetime = instant()
    removed_at: datetime | None = instant(nullable=True)
