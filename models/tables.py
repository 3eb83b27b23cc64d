"""Every table family in one import, for metadata, migrations and copies."""

from sqlmodel import SQLModel

from models.access import (
    AccessLink,
    Account,
    AccountRole,
    Attempt,
    Handover,
    PortalSession,
    RecoveryCode,
    SecondFactor,
    SignInMail,
)
from models.agency import Agency, AgencyGroup, Contact, GroupMember, RoleHolder, Succession
from models.asks import MoreTimeRequest, SigningPromise
from models.audit import AuditEntry
from models.channel import ChannelState, OauthToken
from models.consolidation import Consolidation, LateNote
from models.draft import ReportDraft
from models.extension import AgreedLateness, Extension, PeriodExtension, UndoneAct
from models.feed import Feed, FeedEntry, FeedToken
from models.holiday import CalendarVersion, ImportedDay
from models.inbound import InboundEvent, MessageEvent
from models.interface import ApiToken, IdempotencyKey, Webhook, WebhookEvent
from models.isolation import Isolation
from models.message import Delivery, Message, MessageItem
from models.notice import NoticeBatch, PhoneCall
from models.period import Assignment, Period, PeriodStep
from models.plan import Obligation, Plan, PlanVersion
from models.reassignment import Reassignment
from models.report_template import ReportTemplate
from models.service_note import ServiceNote
from models.submission import Attachment, Receipt, Submission, SubmissionAssignment
from models.system import Pause, SystemValue

metadata = SQLModel.metadata

__all__ = [
    "AccessLink",
    "Account",
    "AccountRole",
    "Agency",
    "AgencyGroup",
    "AgreedLateness",
    "ApiToken",
    "Assignment",
    "Attachment",
    "Attempt",
    "AuditEntry",
    "CalendarVersion",
    "ChannelState",
    "Consolidation",
    "Contact",
    "Delivery",
    "Extension",
    "Feed",
    "FeedEntry",
    "FeedToken",
    "GroupMember",
    "Handover",
    "IdempotencyKey",
    "ImportedDay",
    "InboundEvent",
    "Isolation",
    "LateNote",
    "Message",
    "MessageEvent",
    "MessageItem",
    "MoreTimeRequest",
    "NoticeBatch",
    "OauthToken",
    "Obligation",
    "Pause",
    "Period",
    "PeriodExtension",
    "PeriodStep",
    "PhoneCall",
    "Plan",
    "PlanVersion",
    "PortalSession",
    "Reassignment",
    "Receipt",
    "RecoveryCode",
    "ReportDraft",
    "ReportTemplate",
    "RoleHolder",
    "SecondFactor",
    "ServiceNote",
    "SignInMail",
    "SigningPromise",
    "Submission",
    "SubmissionAssignment",
    "Succession",
    "SystemValue",
    "UndoneAct",
    "Webhook",
    "WebhookEvent",
    "metadata",
]
