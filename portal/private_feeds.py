"""Whether a private calendar may be read from where a request comes (``DONDOC_PRIVATE_FEEDS``).

The portal listens on loopback alone, so whoever asks is this machine or the reverse proxy in front, and the proxy says for
whom: the last address of ``X-Forwarded-For`` is the one it saw itself, those before it anybody may have written.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

from obligations.settings import Settings

PREFIX = "/f/a/"
FORWARDED = "x-forwarded-for"


class PrivateFeeds:
    """The rule of one installation. ``is_local``: its own address is this machine, so that nothing stands in front of it."""

    def __init__(self, settings: Settings, *, is_local: bool) -> None:
        self._mode = settings.private_feeds
        self._networks = tuple(ip_network(each) for each in settings.lan_networks.split())
        self._is_local = is_local
        self._inside = lru_cache(maxsize=4096)(self._is_inside)

    def may_read(self, scope: Scope) -> bool:
        """Whether this request may have a private calendar."""
        if self._mode != "lan":
            return self._mode == "on"
        address = self._address(Headers(scope=scope).getlist(FORWARDED), scope.get("client"))
        return address is not None and self._inside(address)

    def _address(self, forwarded: Iterable[str], client: tuple[str, int] | None) -> str | None:
        named = ",".join(forwarded)
        if named.strip():
            return named.rpartition(",")[2].strip()
        return client[0] if client and self._is_local else None

    def _is_inside(self, address: str) -> bool:
        try:
            found = ip_address(address.strip("[]"))
        except ValueError:
            return False
        plain = getattr(found, "ipv4_mapped", None) or found
        return any(plain in network for network in self._networks if network.version == plain.version)
