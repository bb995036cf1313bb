"""Keeps addresses chosen by others from leading into our own network."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

# NAT64: how a machine without IPv4 reaches those that have nothing else.
_TRANSLATED = IPv6Network("64:ff9b::/96")


class PublicOnly(AbstractResolver):
    """Resolves names, but never into a private network.

    It checks the same addresses that are then connected to, so that a name cannot resolve
    differently the second time. aiohttp does not ask it about literal addresses: see `is_private`.
    """

    def __init__(self, except_for: str | None) -> None:
        self._except_for = except_for
        self._resolver: AbstractResolver | None = None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self._resolver is None:
            self._resolver = aiohttp.DefaultResolver()
        found = await self._resolver.resolve(host, port, family)
        if host == self._except_for:
            return found
        public = [one for one in found if not is_private(one["host"])]
        if not public:
            raise OSError("the name leads into a private network")
        return public

    async def close(self) -> None:
        if self._resolver is not None:
            await self._resolver.close()


def is_private(host: str) -> bool:
    """Whether this is, or may be read as, an address that is not public; false for names."""
    if not host.isascii():
        # Whoever connects reads "１２７.0.0.1" as digits, and asks no resolver about it.
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return not _meant(address).is_global


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address within one of IPv6 that leads to it."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
