"""Personal links: derived from the installation's key, stored by hash only (ASVS 11.5.1, 6.5.2)."""

import base64
import hashlib
import hmac

from obligations.settings import Settings

OF_MESSAGE, OF_AGENCY = "submit", "agency"
"""Purposes of a personal link: what its message is about, or everything of the agency."""


def personal_token(settings: Settings, message_public_id: str) -> str:
    """43 characters, 256 bits; the same message always yields the same link, so a retry sends the same text."""
    raw = hmac.digest(settings.key, b"link:" + message_public_id.encode(), "sha256")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def personal_link(settings: Settings, message_public_id: str) -> str:
    """Full address of the page a message leads to."""
    return f"{settings.base_url}/s/{personal_token(settings, message_public_id)}"


def sign_in_token(settings: Settings, message_id: str) -> str:
    """The secret of the sign-in link in one mail: 43 characters, derived when it is sent and never stored."""
    raw = hmac.digest(settings.key, b"sign-in:" + message_id.encode(), "sha256")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def token_sha256(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
