"""Where a webhook may lead: https on the open internet, and nowhere inside our own network, whatever it is called."""

import asyncio
import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from chuantou.cases.webhooks.addresses import ForbiddenAddressError, PublicResolver, checked_url
from chuantou.cases.webhooks.delivery import Caller
from chuantou.cases.webhooks.subscriptions import Subscription, Wanted, new_secret

INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255",
    "224.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::", "fe80::1%eth0", "2001:db8::1",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", INSIDE)
def test_inside_is_refused(address: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        PublicResolver().check(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_outside_is_allowed(address: str) -> None:
    PublicResolver().check(address)


def test_a_network_of_our_own_is_allowed_where_an_operator_opened_it() -> None:
    opened = PublicResolver(("10.1.0.0/16", "fd12::/16"))
    opened.check("10.1.2.3")
    opened.check("fd12::1")
    for other in ("10.2.0.1", "127.0.0.1"):
        with pytest.raises(ForbiddenAddressError):
            opened.check(other)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "::1"])
def test_an_address_for_a_host_is_refused_in_every_way_of_writing_it(host: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        PublicResolver().check_host(host)


class Names(AbstractResolver):
    """Answers with the next of its lists each time it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
                for address in self.answers.pop(0)]  # fmt: skip

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"]])
def test_a_name_that_leads_inside_is_refused(answer: list[str]) -> None:
    with pytest.raises(ForbiddenAddressError):
        asyncio.run(PublicResolver(names=Names(answer)).resolve("receiver.example", 443))


def test_a_name_is_looked_up_for_every_connection_and_checked_each_time() -> None:
    """DNS rebinding: what the check saw is what is connected to, and the next connection checks anew."""

    async def work() -> list[str | None]:
        to = Subscription("s", "https://receiver.example:1/hook", (new_secret(),), Wanted(), "active")
        async with Caller(attempt_s=1.0) as caller:
            caller.resolver.names = Names(["127.0.0.1"], ["169.254.169.254"])
            return [await caller.attempt(to, "id", b"{}") for _ in range(2)]

    first, second = asyncio.run(work())
    assert first is not None and "127.0.0.1 is no public address" in first
    assert second is not None and "169.254.169.254 is no public address" in second


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://receiver.example/hook", "only https"),
        ("ftp://receiver.example/hook", "only https"),
        ("file:///etc/passwd", "only https"),
        ("https://user:secret@receiver.example/", "no user or password"),
        ("https:///hook", "no host"),
        ("https://receiver.example/a b", "blanks"),
        ("https://receiver.example\\@127.0.0.1/", "blanks"),
        ("https://receiver.example:99999/", "ort"),
        ("https://receiver.example/" + "x" * 2_000, "too long"),
        ("receiver.example", "only https"),
    ],
)
def test_urls_that_are_not_called(url: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        checked_url(url)


def test_http_is_called_where_it_is_allowed() -> None:
    assert checked_url("http://127.0.0.1:8/hook", allow_http=True) == "http://127.0.0.1:8/hook"
