"""Whose text a text is: by the party that it claims, its site's filing, a number in it, or the account it asks to pay into."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from chuantou.graph.accounts import NONE, Accounts
from chuantou.schemas.party_keys import uscc_check_ok
from chuantou.schemas.streams import TextItem

OWN_SITE = ("site", "app")
USCC = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12,24}(?![0-9])")
# confidence of the join, ppm [E]; AD-01 asks for 800,000
CLAIMED, CONFIRMED, FILED, NUMBERED, HOSTED, PAID = 800_000, 1_000_000, 900_000, 900_000, 800_000, 800_000


class Publisher(NamedTuple):
    """``basis``: what ties the text to the party; ``site``: the party whose site carries it, where that is another."""

    party: str
    basis: str
    confidence_ppm: int
    site: str | None


class Publishers:
    """Sites and apps by filing number and by host, as their own texts tell: the first to claim one has it."""

    def __init__(self) -> None:
        self.filed: dict[str, tuple[int, str, str, str]] = {}
        self.hosted: dict[str, tuple[int, str, str, str]] = {}

    def take(self, e: TextItem) -> None:
        if e.party is None or e.kind not in OWN_SITE:
            return
        told = (e.event_time, e.source_id, e.event_id, e.party)
        for table, key in ((self.filed, e.icp), (self.hosted, host_of(e.url))):
            if key and (key not in table or told < table[key]):
                table[key] = told

    def of(self, e: TextItem, accounts: Accounts) -> Publisher | None:
        """Who published ``e``, by all that was told so far; None where nothing says so."""
        site = self._site(e)
        if e.party is not None:
            confirmed = site == e.party
            return Publisher(e.party, "party", CONFIRMED if confirmed else CLAIMED, None if confirmed else site)
        if e.icp and e.icp in self.filed:
            return Publisher(self.filed[e.icp][3], "icp", FILED, None)
        text = (e.text or "").upper()
        for number in USCC.findall(text):
            if uscc_check_ok(number):
                return Publisher(f"uscc:{number}", "uscc", NUMBERED, site)
        if site is not None:
            return Publisher(site, "host", HOSTED, None)
        for name in ACCOUNT.findall(text):
            account = accounts.ids.get(name)
            if account != NONE and accounts.table.owner[account] != NONE:
                return Publisher(accounts.owner_name(account), "payee", PAID, None)
        return None

    def _site(self, e: TextItem) -> str | None:
        if e.icp and e.icp in self.filed:
            return self.filed[e.icp][3]
        host = host_of(e.url)
        return self.hosted[host][3] if host in self.hosted else None


def host_of(url: str | None) -> str:
    """The host of an address, in small letters; empty for none.

    >>> host_of("https://WWW.yyb.example.cn:8443/a"), host_of("yyb.example.cn/a"), host_of("http://[")
    ('www.yyb.example.cn', 'yyb.example.cn', '')
    """
    if not url:
        return ""
    try:
        return urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
