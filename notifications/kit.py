"""What channels are handed besides their address: tokens and secrets by name, and where they may connect to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Protocol


class NoToken(Exception):
    """There is no usable token and a person must act; the text says what to do and holds no secret."""


class TokenSource(Protocol):
    """Where channels get their secrets. An address only names them: nothing secret is in a URL."""

    def access_token(self, oa: str) -> str:
        """The access token of an official account; raises NoToken."""

    def refused(self, oa: str, token: str) -> str | None:
        """The provider called this token invalid: another one, or None when a person must act."""

    def secret(self, name: str) -> str:
        """A lasting secret such as ``zalobot:<bot>`` or ``esms:<brand>``; raises NoToken."""


@dataclass
class FixedTokens:
    """Tokens that somebody else keeps fresh: for tests, and for plain Apprise users."""

    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def access_token(self, oa: str) -> str:
        """The token given for this account."""
        if oa not in self.tokens:
            raise NoToken(f"no token is known for the official account {oa}")
        return self.tokens[oa]

    def refused(self, oa: str, token: str) -> str | None:
        """The token given since, if it is another one."""
        now = self.tokens.get(oa)
        return now if now != token else None

    def secret(self, name: str) -> str:
        """The secret given under this name."""
        if name not in self.secrets:
            raise NoToken(f"no secret is known under the name {name}")
        return self.secrets[name]


@dataclass(frozen=True)
class HostPolicy:
    """Where anything may go (S11). ``allowed`` None: wherever the configured addresses themselves lead.

    Entries are hosts, or schemes such as ``tgram://`` for services whose host is fixed in their plugin.
    """

    allowed: frozenset[str] | None = None
    proxy: str | None = None
    """``http://host:port`` that HTTP channels go through; never for this machine itself."""

    def permits(self, host: str, scheme: str = "") -> bool:
        """Whether a channel may connect there; this machine always may."""
        if self.allowed is None or is_loopback(host):
            return True
        return host.lower() in self.allowed or f"{scheme}://" in self.allowed


@dataclass(frozen=True)
class ChannelKit:
    """Everything a channel may need besides its address."""

    tokens: TokenSource = field(default_factory=FixedTokens)
    hosts: HostPolicy = HostPolicy()


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
