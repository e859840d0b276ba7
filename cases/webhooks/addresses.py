"""Where a webhook may lead: https, no credentials in the URL, and no address inside our own network.

A name is looked up when it is called, and the connection goes to the very addresses that were checked: a name that answers
differently the second time (DNS rebinding) gains nothing.
"""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

MAX_URL = 2_000
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address inside

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


class ForbiddenAddressError(OSError):
    """The receiver's address lies where no webhook may go."""


def checked_url(url: str, allow_http: bool = False) -> str:
    """The URL as it is; ValueError, saying why, for one that may not be called."""
    parts = urlsplit(url)
    if len(url) > MAX_URL or any(ord(sign) <= 0x20 or sign == "\\" for sign in url):
        raise ValueError("webhook URL: too long, or with blanks or control characters")
    if parts.scheme != "https" and not (allow_http and parts.scheme == "http"):
        raise ValueError(f"webhook URL {parts.scheme or url}: only https is called")
    if parts.username is not None or parts.password is not None:
        raise ValueError("webhook URL: no user or password in it")
    if not parts.hostname:
        raise ValueError("webhook URL: no host in it")
    _ = parts.port  # ValueError for one that is none
    return url


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, also behind the ways in which IPv6 writes an IPv4 address."""
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inside is None and address in NAT64:
            inside = IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None and not is_public(inside):
            return False
    return address.is_global and not address.is_multicast


class PublicResolver(AbstractResolver):
    """Names to addresses that a webhook may be sent to; ``allowed``: networks of our own that an operator opened."""

    def __init__(self, allowed: tuple[str, ...] = (), names: AbstractResolver | None = None) -> None:
        self.allowed: tuple[Network, ...] = tuple(ip_network(network) for network in allowed)
        self.names = names

    def check(self, address: str) -> None:
        """ForbiddenAddressError for an address that is neither public nor opened."""
        found = ip_address(address.partition("%")[0])
        if not is_public(found) and not any(found in network for network in self.allowed if network.version == found.version):
            raise ForbiddenAddressError(f"{address} is no public address")

    def check_host(self, host: str) -> None:
        """The same for a host that is an address by itself, in any way of writing one that a resolver would take."""
        try:
            packed = socket.inet_aton(host)  # also 127.1, 0x7f000001, 2130706433
        except OSError:
            if ":" in host:
                self.check(host)
            return
        self.check(str(IPv4Address(packed)))

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        if self.names is None:
            self.names = ThreadedResolver()  # wants a running loop
        found = await self.names.resolve(host, port, family)
        for result in found:
            self.check(result["host"])
        return found

    async def close(self) -> None:
        if self.names is not None:
            await self.names.close()
