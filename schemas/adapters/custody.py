"""The daily reconciliation files of a custody bank (存管银行对账文件) as contract events (catalogue §7.7).

Six files a day, each with a line of names above its rows: recharges, withdrawals, returned withdrawals, transactions, fees and
users. Its first name and the number of its columns say which one a file is; columns are read by position, as names differ.
Accounts are those of the bank's book, ``sub:<platform>:<user>``; the users' own banks are ``external:<platform>``. Money that is
frozen or set free again for a bid moves nowhere and is left out. A withdrawal is booked when it succeeded; the same request told
again in a later file corrects it. Persons' documents become keyed hashes (`site`).
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from chuantou.schemas.adapters.feed_file import BREAKS, opened, start_of
from chuantou.schemas.adapters.site import institution, party_key
from chuantou.schemas.adapters.table_rows import BLANKS, fen_of
from chuantou.schemas.adapters.table_text import BrokenTableError, Rows, cells_of, data_blocks, head_texts, without_end
from chuantou.schemas.adapters.told import Fields, Told, fitting
from chuantou.schemas.clock import SHANGHAI, micros, parse_time
from chuantou.schemas.dead_letters import BrokenRuleError, Reason, shown
from chuantou.schemas.party_keys import keyed_hash, uscc_check_ok

PLATFORM = "平台商编"  # a name that every header holds
TIME = "%Y%m%d%H%M%S"
SYSTEM = "SYS_GENERATE"  # accounts that the bank opens for the platform itself
INCOME = ("SYS_GENERATE_003", "SYS_GENERATE_004")
BOOKS_FROM = parse_time("2010-01-01T00:00:00+08:00")
CNY = ("", "CNY", "RMB", "156")
HELD = ("APPEND_FREEZE", "APPEND_FREEZ", "追加冻结", "CANCEL_DEBENTURE_SALE", "CANCEL_INTELLIGENT_PROJECT")

# Position of each column, in the order of the bank's files; what nobody asks for has no name.
PAID_IN = ("time", "platform", "", "request", "order", "kind", "amount", "currency", "", "user")
COLUMNS: dict[str, tuple[str, ...]] = {
    "recharge": (*PAID_IN, "", "", "", "received", "memo"),
    "returned": (*PAID_IN, "", "received", "", "memo", "of"),
    "withdrawal": ("time", "platform", "request", "order", "kind", "amount", "currency", "", "user", "", "", "received", "memo",
                   "status", "", "", "", ""),
    "transaction": ("time", "platform", "request", "order", "kind", "amount", "interest", "currency", "", "from", "", "to",
                    "listing", "of", "memo", "", ""),
    "fee": ("time", "platform", "order", "kind", "from", "to", "amount", "currency", "listing", "memo", "request"),
    "user": ("record", "time", "changed", "", "platform", "kind", "user", "type", "role", "name", "", "document", *[""] * 9,
             "uscc", ""),
}  # fmt: skip
FIRST = {"充值时间": "recharge", "提现时间": "withdrawal", "发生时间": "transaction", "交易时间": "transaction",
         "扣款时间": "fee", "记录类型": "user"}  # fmt: skip
RETURNED = "提现请求流水号"  # the name that tells returned withdrawals from recharges
SHORTEST = {"transaction": 15}  # older files end before the share and the platform's own parameter

# Kind of a transaction, by the bank's code and by its name: flow class.
FLOWS = {
    "TENDER": "LOAN_OUT", "出借确认": "LOAN_OUT", "投标": "LOAN_OUT", "FIDUCIARY_PAYMENT": "LOAN_OUT", "受托支付": "LOAN_OUT",
    "REPAYMENT": "REPAY_PRIN", "还款": "REPAY_PRIN", "CREDIT_ASSIGNMENT": "CLAIM_TRANSFER", "债权认购": "CLAIM_TRANSFER",
    "COMPENSATORY": "COMPENSATE_3P", "代偿": "COMPENSATE_3P", "COMPENSATORY_REPAYMENT": "RECOVER", "还代偿款": "RECOVER",
    "INTEREST": "RETURN_INT", "派息": "RETURN_INT", "INTEREST_REPAYMENT": "RECOVER", "还派息款": "RECOVER",
    "MARKETING": "BONUS", "营销红包": "BONUS", "ALTERNATIVE_RECHARGE": "TOPUP", "代充值": "TOPUP",
    "PLATFORM_INDEPENDENT_PROFIT": "FEE", "独立分润": "FEE", "PROFIT": "FEE", "关联分润": "FEE",
    "COMMISSION": "FEE", "佣金": "FEE", "DEDUCT": "FEE", "平台服务费": "FEE", "FUNDS_TRANSFER": "SWEEP", "平台资金划拨": "SWEEP",
}  # fmt: skip
STATES = {
    "SUCCESS": ("BOOKED", 2), "CONFIRMING": ("PENDING", 1), "ACCEPT": ("PENDING", 1), "REMITING": ("PENDING", 1),
    "FAIL": ("REJECTED", 2), "ACCEPT_FAIL": ("REJECTED", 2), "提现成功": ("BOOKED", 2), "提现失败": ("REJECTED", 2),
}  # fmt: skip


class Header(NamedTuple):
    """Which of the six files it is, its charset, and whether its head is all ASCII."""

    kind: str
    charset: str
    is_ascii: bool


def detects(path: Path) -> bool:
    """Whether the first line is the header of one of the six files."""
    return path.is_file() and header_of(path) is not None


def header_of(path: Path) -> Header | None:
    """What the first line says; None where it is no header of these files."""
    head = start_of(path)
    for charset, text in head_texts(head):
        names = [name.strip(BLANKS) for name in text.replace("\r", "\n").partition("\n")[0].split(",")]
        kind = FIRST.get(names[0]) if PLATFORM in names else None
        kind = "returned" if kind == "recharge" and RETURNED in names else kind
        if kind is not None and SHORTEST.get(kind, len(COLUMNS[kind])) <= len(names) <= len(COLUMNS[kind]):
            return Header(kind, charset, head.isascii())
    return None


def read(path: Path) -> Iterator[Told]:
    """The events of every row, and the platform's own accounts where they first occur."""
    header = header_of(path)
    if header is None:
        expected = "the header of one of the six files of a custody bank"
        yield Told("", b"", BrokenRuleError(Reason.BAD_FILE, "$", "no known header", expected))
        return
    opened_accounts: set[str] = set()
    try:
        with opened(path) as stream:
            for first, block, readable in data_blocks(Rows(stream, header.charset, header.is_ascii, ","), 0):
                for place, raw, row in cells_of(first, block, ",") if readable else [(str(first), block, without_end(block))]:
                    yield from _told(header.kind, place, raw, row, opened_accounts)
    except (BrokenTableError, *BREAKS) as error:
        yield Told("", b"", BrokenRuleError(Reason.BAD_FILE, "$", str(error)[:200], "a file that can be read to its end"))


def _told(kind: str, place: str, raw: bytes, row: list[str] | BrokenRuleError, known: set[str]) -> Iterator[Told]:
    if isinstance(row, BrokenRuleError):
        yield Told(place, raw, row)
        return
    if not any(cell.strip(BLANKS) for cell in row):
        return
    names = COLUMNS[kind]
    try:
        if not SHORTEST.get(kind, len(names)) <= len(row) <= len(names):
            raise BrokenRuleError(Reason.BAD_LENGTH, "$", f"{len(row)} columns", f"{len(names)} columns")
        record = Row(kind, {name: cell.strip(BLANKS) for name, cell in zip(names, row) if name})
        for what in [*record.own_accounts(known), *MAKERS[kind](record)]:
            yield Told(place, raw, what)
    except BrokenRuleError as fault:
        yield Told(place, raw, fault)


class Row(NamedTuple):
    """One row by the names of `COLUMNS`."""

    kind: str
    cells: dict[str, str]

    def need(self, name: str) -> str:
        value = self.cells.get(name, "")
        if not value:
            raise BrokenRuleError(Reason.MISSING_FIELD, name, "nothing", "a value")
        return value

    def time(self, name: str) -> int | str:
        text = self.need(name)
        try:
            return micros(dt.datetime.strptime(text, TIME).replace(tzinfo=SHANGHAI))
        except ValueError:
            return text

    def fen(self, name: str) -> int | str:
        if self.cells.get("currency", "") not in CNY:
            raise BrokenRuleError(Reason.BAD_ENUM, "currency", shown(self.cells["currency"]), f"one of {', '.join(CNY[1:])}")
        return fen_of(self.need(name), "yuan")

    def account(self, name: str) -> str:
        return fitting(f"sub:{self.need('platform')}:{self.need(name)}")

    @property
    def outside(self) -> str:
        return fitting(f"external:{self.need('platform')}")

    def event(self, stream: str, event_id: str, **fields: object) -> Fields:
        told: Fields = {"stream": stream, "event_id": event_id[:256], "source_id": f"custody:{self.need('platform')}"}
        return told | {name: value for name, value in fields.items() if value not in (None, "")}

    def moved(self, debtor: str, creditor: str, fen: int | str, flow: str, leg: str = "", **fields: object) -> Iterator[Fields]:
        if fen == 0:
            return
        named = f"{self.kind}/{self.need('request')}/{self.cells.get('order', '')}{leg}"
        yield self.event(
            "clr.transfers", named, event_time=self.time("time"), debtor_account=debtor, creditor_account=creditor,
            amount_fen=fen, rail="CUSTODY_BOOK", flow_class=flow, class_basis="source", end_to_end_id=self.need("request"),
            order_id=self.cells.get("order"), listing=self.cells.get("listing"), memo=self.cells.get("memo"), **fields,
        )  # fmt: skip

    def own_accounts(self, known: set[str]) -> Iterator[Fields]:
        """The platform's own accounts in the bank's book, once a file; the same wherever they occur."""
        for name in ("from", "to", "user"):
            user = self.cells.get(name, "")
            if user.startswith(SYSTEM) and user not in known:
                known.add(user)
                owner = institution(self.need("platform"))
                yield self.event(
                    "acct.events", f"own/{user}", event_time=BOOKS_FROM, type="OPEN", account=self.account(name), owner=owner,
                    role="OWN_FEE" if user.startswith(INCOME) else "OWN_GENERAL", platform=owner,
                )  # fmt: skip


def _recharge(row: Row) -> Iterator[Fields]:
    arrived = row.fen("received") if row.cells.get("received") else row.fen("amount")
    yield from row.moved(row.outside, row.account("user"), arrived, "TOPUP")


def _returned(row: Row) -> Iterator[Fields]:
    yield from row.moved(row.outside, row.account("user"), row.fen("amount"), "REFUND", return_of=row.need("of"))


def _withdrawal(row: Row) -> Iterator[Fields]:
    state = row.need("status")
    if state not in STATES:
        raise BrokenRuleError(Reason.BAD_ENUM, "status", shown(state), f"one of {', '.join(STATES)}")
    status, version = STATES[state]
    for event in row.moved(row.account("user"), row.outside, row.fen("amount"), "WITHDRAW", status=status):
        yield event | {"op": "CORRECT", "ref_event_id": event["event_id"], "version": version}


def _transaction(row: Row) -> Iterator[Fields]:
    kind = row.need("kind")
    if kind in HELD:
        return
    if kind not in FLOWS:
        raise BrokenRuleError(Reason.BAD_ENUM, "kind", shown(kind), f"one of {', '.join(FLOWS)}")
    flow, debtor, creditor, fen = FLOWS[kind], row.account("from"), row.account("to"), row.fen("amount")
    if flow == "COMPENSATE_3P" and row.need("from").startswith(SYSTEM):
        flow = "COMPENSATE_PLAT"
    interest = row.fen("interest") if row.cells.get("interest") else 0
    if flow == "REPAY_PRIN" and isinstance(fen, int) and isinstance(interest, int) and 0 < interest <= fen:
        yield from row.moved(debtor, creditor, interest, "REPAY_INT", "/interest")
        fen -= interest
    yield from row.moved(debtor, creditor, fen, flow)


def _fee(row: Row) -> Iterator[Fields]:
    yield from row.moved(row.account("from"), row.account("to"), row.fen("amount"), "FEE")


def _user(row: Row) -> Iterator[Fields]:
    user, uscc, when = row.need("user"), row.cells.get("uscc", ""), row.time("time")
    if user.startswith(SYSTEM):
        return
    is_org = bool(uscc) or uscc_check_ok(row.cells.get("document", ""))
    party = f"uscc:{uscc or row.need('document')}" if is_org else f"person:{keyed_hash(row.need('document'), party_key())}"
    named = f"user/{user}/{row.cells.get('changed') or row.need('time')}"
    name = row.cells.get("name") if is_org else None  # a natural person's name stays where it is
    yield row.event("party.events", f"{named}/party", event_time=when, party=party, kind="org" if is_org else "person", name=name)
    yield row.event(
        "acct.events", f"{named}/account", event_time=when, type="OPEN", account=row.account("user"), owner=party,
        role="CLIENT_SUB", role_basis="bank", platform=institution(row.need("platform")),
    )  # fmt: skip


MAKERS = {
    "recharge": _recharge, "returned": _returned, "withdrawal": _withdrawal, "transaction": _transaction, "fee": _fee,
    "user": _user,
}  # fmt: skip
