"""Where a request comes from: the address, and the network by which attempts are counted."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# What one household or one server gets: whoever has an IPv6 address has this many more.
IPV6_PREFIX = 64


def client_address(peer: str, forwarded_for: str) -> str:
    """Who really asks: behind a proxy of our own, the last address that it saw.

    `forwarded_for` is the X-Forwarded-For header. What a caller from elsewhere writes into it
    does not count.
    """
    nearest = forwarded_for.rpartition(",")[2].strip()
    address = _address(nearest)
    return str(address) if address and is_near(peer) else peer


def is_near(peer: str) -> bool:
    """Whether this is a machine of our own network, such as a reverse proxy."""
    address = _address(peer)
    return bool(address and address.is_private)


def network_of(address: str) -> str:
    """IPv4 by the address, IPv6 by its /64; what is neither, as it is, cut short."""
    known = _address(address)
    if known is None:
        return address[:64]
    if known.version == 4:
        return str(known)
    return str(ip_network((known.packed, IPV6_PREFIX), strict=False))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """IPv4 written as IPv6 is IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if address.version == 6 else address
