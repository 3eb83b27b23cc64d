"""What an installation hands to its channels."""

from collections.abc import Callable
from datetime import datetime

from notifications.kit import ChannelKit, HostPolicy
from obligations.services.channels.zalo_tokens import TokenKeeper
from obligations.services.context import App
from obligations.settings import Settings


def kit_of(app: App, clock: Callable[[], datetime]) -> ChannelKit:
    """Tokens from the database, secrets and hosts from the settings."""
    return ChannelKit(TokenKeeper(app, clock), hosts_of(app.settings))


def hosts_of(settings: Settings) -> HostPolicy:
    """Where this installation lets anything go (S11)."""
    return HostPolicy(settings.allowed, settings.http_proxy)
