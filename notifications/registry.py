"""From an address to a channel. A new channel is one file and one line in ``PLUGINS``."""

from importlib import import_module
from urllib.parse import urlsplit

from notifications.addresses import redact_url, refused_option
from notifications.channel import Channel, ChannelError
from notifications.memory import RecordingChannel

PLUGINS = {
    "vnmail": "notifications.smtp_plugin:NotifyVnMail",
    "vnmails": "notifications.smtp_plugin:NotifyVnMail",
    "webhook": "notifications.webhook_plugin:NotifyWebhook",
    "webhooks": "notifications.webhook_plugin:NotifyWebhook",
}
"""Scheme -> own Apprise plugin with typed outcomes; every other Apprise scheme works with coarse ones."""


def open_channel(url: str) -> Channel:
    """Open the channel of an address. Raises ChannelError saying what is wrong with it."""
    scheme = urlsplit(url).scheme.lower()
    if scheme == "record":
        return RecordingChannel()
    if option := refused_option(url):
        raise ChannelError(f"{redact_url(url)}: option {option} hides failures; remove it, dondoc retries by itself")
    from notifications.apprise_channel import AppriseChannel  # noqa: PLC0415 - loads 150 plugins, only when needed

    if scheme in PLUGINS:
        module, _, name = PLUGINS[scheme].partition(":")
        return AppriseChannel.own(url, getattr(import_module(module), name))
    return AppriseChannel.any(url)


def channel_problem(url: str) -> str | None:
    """What is wrong with an address, for ``doctor``; None when a channel opens."""
    try:
        open_channel(url).close()
    except ChannelError as error:
        return str(error)
    return None
