"""What one agency sees of its own duties: everything goes through ``scope``, foreign ids are not found."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlmodel import col, select

from models.enums import AssignmentState, Duty, SubmissionChannel, SubmissionForm
from models.tables import (
    Agency,
    Assignment,
    Attachment,
    Extension,
    Obligation,
    Period,
    Plan,
    Submission,
    SubmissionAssignment,
)
from obligations.errors import NotFound
from obligations.rules.lateness import OWING, days_overdue, is_overdue
from obligations.rules.wording import clauses_text, period_text
from obligations.services.access import Actor, scope
from obligations.services.context import Context
from obligations.services.registry import role_holder
from obligations.services.render import data_window, due_phrase_of
from obligations.services.spec import plan_file_of, spec_of
from obligations.services.storage import stored_path
from obligations.services.submit import SubmissionDraft
