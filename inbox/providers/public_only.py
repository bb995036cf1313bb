"""Addresses that others have chosen must not lead into our own network."""

import ipaddress
import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult


class PublicOnly(AbstractResolver):
    """Resolves names, but never into a private network.

    It checks the very addresses that are then connected to, so that a name cannot answer
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
    """Whether this is a literal address that is not public; a name is none."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_global
