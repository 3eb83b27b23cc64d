"""The form a message takes on a channel that cannot carry the whole text: a template's values, or a plain text message."""

from dataclasses import replace

from notifications.message import Mail
from notifications.notice import NoticeContext
from notifications.sms import render_sms
from notifications.zns_params import zns_message
from obligations.settings import Settings

ZNS, SMS = "zns", "esms"
"""Schemes of channel addresses."""


def fitted(mail: Mail, kind: str, notice: NoticeContext, settings: Settings) -> Mail:
    """The mail as its channel carries it.

    A notice whose kind has no approved template (``DONDOC_ZNS_TEMPLATES``) goes to ZNS without one, and is refused there.
    """
    scheme = settings.channel_urls.get(mail.channel, "").partition("://")[0]
    if scheme == SMS:
        return replace(mail, short=render_sms(kind, notice, diacritics=settings.sms_diacritics))
    found = zns_message(kind, notice) if scheme == ZNS else None
    if found is None:
        return mail
    return replace(mail, template=settings.zns_template(found.template), params=found.params)
