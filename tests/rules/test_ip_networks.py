"""A household counts as one network, however many addresses it has."""

import pytest

from inbox.rules.ip_networks import client_address, is_near, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::FFFF:cb00:7107", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("not an address", "not an address"),
        ("x" * 5_000, "x" * 64),
    ],
)
def test_a_network_is_an_ipv4_address_or_an_ipv6_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("::1", "198.51.100.1, 2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.5", " 203.0.113.7 ", "203.0.113.7"),
        ("127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("8.8.8.8", "203.0.113.7", "8.8.8.8"),
    ],
)
def test_only_our_own_proxy_is_trusted_to_name_the_client(
    peer: str, forwarded: str, client: str
) -> None:
    assert client_address(peer, forwarded) == client


def test_a_public_address_is_not_near() -> None:
    assert is_near("192.168.1.2") and is_near("::1")
    assert not is_near("8.8.8.8") and not is_near("2606:4700::1111") and not is_near("")
