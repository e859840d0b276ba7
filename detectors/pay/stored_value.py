"""Payments that sell, settle or cash stored value – cards, balances, points –, as class or memo tells them (PAY-09, PAY-10)."""

from collections import deque
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from chuantou.detectors.pay.till_sales import IS_CHANNEL, name_of, party_or_account
from chuantou.graph.accounts import NONE, POOLED_ROLES, ROLE_ID, TERMINAL_ROLES, role_mask
from chuantou.graph.flow_class import CLASS_ID, IS_UNSTATED
from chuantou.graph.ownership import Window
from chuantou.graph.world import Segment, World
from chuantou.schemas.clock import shanghai_day

SOLD, SETTLED, CASHED = 1, 2, 3
CLASSES = {SOLD: CLASS_ID["TOPUP"], SETTLED: CLASS_ID["MERCH_SETTLE"], CASHED: CLASS_ID["WITHDRAW"]}
WORDS = {
    SOLD: "购卡|办卡|充值|充卡|储值|预付卡|会员卡|购物卡|礼品卡|提货券|买积分|购积分|游戏币|买币",
    SETTLED: "商户结算|卡结算|券结算|消费结算|刷卡结算|特约商户|联盟商户|加盟商户结算|核销|积分兑换|积分结算",
    CASHED: "提现|余额转出|退余额|退卡|回收游戏币|积分变现|兑现",
}
KEEPS_BALANCES = ("预付卡", "互联网支付", "网络支付", "移动电话支付", "数字电视支付", "储值账户")
WHOLE_FEN = 100  # stored value is sold for whole yuan; the memos of other payments to firms are not read
# money that others have detectors for: deposits into custody and escrow, premiums, taxes
IS_OTHERS = IS_CHANNEL | role_mask(*POOLED_ROLES, *TERMINAL_ROLES) & ~role_mask("MERCHANT_SETTLE")
PAYMENT_ACCT = ROLE_ID["PAYMENT_ACCT"]


class Told(NamedTuple):
    """``row``: log index, ascending; ``what``: SOLD, SETTLED or CASHED; ``issuer``: payee of what is sold, payer of the rest."""

    row: NDArray[np.int64]
    what: NDArray[np.int64]
    issuer: NDArray[np.int64]

    def where(self, keep: NDArray[np.bool_]) -> "Told":
        return Told._make(column[keep] for column in self)


class StoredValue:
    """What was told in the last ``keep_days`` days of stored value of issuers without a licence to keep it, each payment judged
    on its own day. A class that rests on a memo counts as the memo does."""

    def __init__(self, world: World, keep_days: int) -> None:
        self.world, self.keep_days = world, keep_days
        self._days: deque[tuple[int, Told]] = deque()
        self._today: list[Told] = []

    def note(self, s: Segment) -> None:
        """Take a segment's payments: by their class, or where none is stated by what the memo says."""
        world = self.world
        flow = world.ledger.log.flow_class[s.first - world.ledger.base : s.end - world.ledger.base]
        role, third = world.accounts.table.role, world.accounts.table.third_party
        to_firm = ~(IS_OTHERS[role[s.creditor]] & third[s.creditor])
        by_firm = ~(IS_OTHERS[role[s.debtor]] & third[s.debtor])
        what = np.zeros(len(flow), np.int64)
        paid = IS_UNSTATED[flow] & by_firm & ~world.party_table.person[s.payer_party] & (s.payer_party != NONE)
        for kind in (SETTLED, CASHED):
            what[(flow == CLASSES[kind]) & by_firm] = kind
            what[_says(s.memo, paid, WORDS[kind])] = kind
        held, paying = role[s.creditor] == PAYMENT_ACCT, role[s.debtor] == PAYMENT_ACCT
        what[paying & ~held & IS_UNSTATED[flow]] = CASHED
        what[held & ~paying & IS_UNSTATED[flow]] = SOLD
        what[sold_at(world, s, to_firm)] = SOLD
        at = np.flatnonzero(what)
        if not len(at):
            return
        inward = what[at] == SOLD
        party = np.where(inward, s.payee_party[at], s.payer_party[at])
        account = np.where(inward, s.creditor[at], s.debtor[at])
        issuer = party_or_account(operated_by(world, account, party), account)
        who, number = np.unique(issuer, return_inverse=True)
        day = shanghai_day(int(s.time[0]))
        unlicensed = np.array([not may_store_value(world, name_of(world, each), day) for each in who.tolist()])[number]
        if unlicensed.any():
            self._today.append(Told(at[unlicensed] + s.first, what[at[unlicensed]], issuer[unlicensed]))

    def close_day(self, day: int) -> Told | None:
        """What was told up to and with ``day``; None where nothing was."""
        if self._today:
            self._days.append((day, Told._make(np.concatenate(columns) for columns in zip(*self._today))))
            self._today = []
        while self._days and self._days[0][0] <= day - self.keep_days:
            self._days.popleft()
        if not self._days:
            return None
        return Told._make(np.concatenate(columns) for columns in zip(*(told for _, told in self._days)))


def operated_by(world: World, account: NDArray, party: NDArray) -> NDArray[np.int32]:
    """int32[n]: of payment accounts who runs them – the platform told, the custodian, the owner of the master account –, of
    others the party."""
    t = world.accounts.table
    told = np.where(t.platform[account] != NONE, t.platform[account], t.custodian[account])
    under = np.flatnonzero((t.role[account] == PAYMENT_ACCT) & (told == NONE))
    accounts, number = np.unique(account[under], return_inverse=True)
    masters = np.array([world.accounts.master.get(a, NONE) for a in accounts.tolist()], np.int64)
    told[under] = np.where(masters != NONE, t.owner[masters], NONE)[number]
    return np.where((t.role[account] == PAYMENT_ACCT) & (told != NONE), told, party).astype(np.int32)


def may_store_value(world: World, party: str, day: int, word: str | None = None) -> bool:
    """A bank, or a payment institution whose licence states no scope or one under which balances or cards are kept. With
    ``word``: a licence whose scope names it."""
    scopes = [licence.scope for licence in world.register.licences(party, day) if licence.kind == "payment"]
    if word is not None:
        return any(word in item for scope in scopes for item in scope)
    kept = any(not scope or any(each in item for item in scope for each in KEEPS_BALANCES) for scope in scopes)
    return kept or world.register.is_bank(party, Window(day, day))


def sold_at(world: World, s: Segment, where: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Those of the rows ``where`` of a segment that buy stored value: by class, or in whole yuan from a company by memo."""
    flow = world.ledger.log.flow_class[s.first - world.ledger.base : s.end - world.ledger.base]
    to_company = ~world.party_table.person[s.payee_party] & (s.payee_party != NONE)
    read = where & IS_UNSTATED[flow] & (s.fen % WHOLE_FEN == 0) & to_company
    return np.union1d(np.flatnonzero(where & (flow == CLASSES[SOLD])), _says(s.memo, read, WORDS[SOLD]))


def _says(memo: pa.Array, where: NDArray[np.bool_], words: str) -> NDArray[np.int64]:
    """Those of the rows ``where`` whose memo holds one of the words."""
    rows = np.flatnonzero(where) if memo.null_count < len(memo) else np.empty(0, np.int64)
    if not len(rows):
        return rows
    hit = pc.match_substring_regex(memo.take(pa.array(rows)), words)
    return rows[hit.fill_null(False).to_numpy(zero_copy_only=False)]
