"""HTTP to addresses that were looked at first: a name is resolved once, and the connection goes to what was looked at.

Between a check of a name and a connection by the same name its answer may change (rebinding); here nothing is resolved twice.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
NAT64 = IPv6Network("64:ff9b::/96")


class AddressRefused(httpx.ConnectError):
    """A host leads nowhere that may be connected to; the text says where it leads."""


def resolved(host: str, port: int) -> list[str]:
    """Every address a host leads to, as the system resolves it: ``2130706433`` and ``0177.1`` too. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True)
class Reach:
    """Which addresses may be connected to: the public ones, and those of ``networks``. ``setting`` names where they stand."""

    networks: Sequence[Network] = ()
    setting: str = "the allowed networks"
    resolve: Callable[[str, int], Sequence[str]] = resolved

    def addresses(self, host: str, port: int) -> list[str]:
        """Those of a host that may be connected to; AddressRefused when there is none, ConnectError for an unknown name."""
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{host} cannot be resolved") from error
        good = [each for each in found if self.permits(ip_address(each))]
        if not good:
            raise AddressRefused(f"{host} leads to {', '.join(found)}, which is neither public nor in {self.setting}")
        return good

    def permits(self, address: Address) -> bool:
        """Whether it is public or listed; an IPv4 address within an IPv6 one counts as what it is."""
        inner = _within(address)
        if inner is not None:
            return self.permits(inner)
        listed = any(address.version == network.version and address in network for network in self.networks)
        return listed or (address.is_global and not address.is_multicast)


class CheckedTransport(httpx.BaseTransport):
    """Connects to checked addresses only, one after the other; TLS is verified against the name, no connection is kept."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        limits = httpx.Limits(
            max_connections=1, max_keepalive_connections=0
        )  # one kept is not of this name's addresses
        self._wire = httpx.HTTPTransport(limits=limits, trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the first address that can be connected to."""
        url = request.url
        host = url.raw_host.decode("ascii")
        *others, last = self._reach.addresses(host, url.port or (443 if url.scheme == "https" else 80))
        for address in others:
            try:
                return self._wire.handle_request(_towards(request, host, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # nothing was sent
        return self._wire.handle_request(_towards(request, host, last))

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()


def _towards(request: httpx.Request, host: str, address: str) -> httpx.Request:
    """The same request to one address of its host, under the host's name."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )


def _within(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, NAT64, 6to4 or Teredo."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
