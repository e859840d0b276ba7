"""The streams of event contract v1 (docs/events.md): one frozen struct a stream, tagged by the field `stream`.

Units: `*_fen` int64 fen, `*_ppm` parts per million, `*_days` whole days, times int64 µs since the epoch UTC, dates
`datetime.date`. A constructor does not validate: lines do that in `decode`, Arrow messages in `arrow_messages`.
"""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.json import Encoder

INT64_MAX = 2**63 - 1
INT32_MAX = 2**31 - 1
PARTY_PATTERN = r"^(?:uscc:[0-9A-Z]{18}|person:.{1,249})\Z"
LIST_MAX = 1_000

Id = Annotated[str, Meta(min_length=1, max_length=256)]
Text = Annotated[str, Meta(max_length=256)]
AccountId = Annotated[str, Meta(min_length=1, max_length=64)]
# Transfer parties go without the pattern: the decoder's regex costs as much as half a transfer (`seal` checks them).
Claimed = Annotated[str, Meta(min_length=1, max_length=256, description="party id")]
Party = Annotated[str, Meta(pattern=PARTY_PATTERN)]
Region = Annotated[str, Meta(pattern=r"^[0-9]{6}\Z")]
Cnaps = Annotated[str, Meta(pattern=r"^[0-9]{12}\Z")]
Month = Annotated[str, Meta(pattern=r"^[0-9]{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?\Z")]
Memo = Annotated[str, Meta(max_length=1_000)]
Passage = Annotated[str, Meta(max_length=10_000)]
Body = Annotated[str, Meta(max_length=200_000)]
Amount = Annotated[int, Meta(ge=1, le=INT64_MAX)]
Count = Annotated[int, Meta(ge=0, le=INT64_MAX)]
Signed = Annotated[int, Meta(ge=-INT64_MAX, le=INT64_MAX)]
Days = Annotated[int, Meta(ge=0, le=INT32_MAX)]
Share = Annotated[int, Meta(ge=0, le=1_000_000)]
Rating = Annotated[int, Meta(ge=1, le=5)]
Version = Annotated[int, Meta(ge=0, le=INT32_MAX)]

if TYPE_CHECKING:
    Micros = int
    Moment = int
else:
    # What a line may hold; `rules_of_streams.seal` turns either form into an int.
    Micros = int | Annotated[dt.datetime, Meta(tz=True)]
    # Where the contract leaves open whether a time or a date is meant, both are read (a date is its Shanghai midnight).
    Moment = int | str

Op = Literal["NEW", "CORRECT", "REVERSE", "CANCEL", "SNAPSHOT"]
PartyKind = Literal["person", "org", "vehicle"]
Sector = Literal[
    "P2P", "PAY", "ECF", "AM", "ILF", "TV", "INS", "BANK", "GUARANTEE", "REALESTATE", "SECURITIES", "OTHER",
]  # fmt: skip
PartyStatus = Literal["ACTIVE", "CANCELLED", "REVOKED"]
OwnershipType = Literal[
    "SHAREHOLDER", "OFFICER", "CONTROLLER", "AGREEMENT", "KIN", "SAME_ADDRESS", "SAME_PHONE", "SAME_DEVICE", "CAPITAL",
    "BRANCH",
]  # fmt: skip
OfficerRole = Literal["legal_rep", "director", "supervisor", "senior"]
LicenceKind = Literal[
    "bank", "payment", "p2p_filing", "guarantee", "insurance", "insurance_broker", "securities", "fund", "fund_sales",
    "private_fund", "trust", "microloan", "exchange", "crowdfunding", "consumer_finance",
]  # fmt: skip
LicenceStatus = Literal["VALID", "SUSPENDED", "CANCELLED", "EXPIRED"]
AccountType = Literal[
    "OPEN", "CLOSE", "DECLARE", "OWNER_CHANGE", "ROLE_TAG", "CUSTODY_DESIGNATE", "CUSTODY_REVOKE", "PLEDGE",
    "SIGNATORY_CHANGE", "DEVICE_BIND",
]  # fmt: skip
Role = Literal[
    "OWN_BASIC", "OWN_GENERAL", "OWN_FEE", "CLIENT_MASTER", "CLIENT_SUB", "RSV_CENTRAL", "RSV_SPECIAL",
    "RSV_DEPOSITORY", "RSV_PAYRECV", "RSV_REMIT", "MERCHANT_SETTLE", "PAYMENT_ACCT",
    "PERSONAL_I", "PERSONAL_II", "PERSONAL_III",
    "ESCROW_PRESALE", "SEC_SETTLE", "FUND_RAISE", "FUND_CUSTODY", "TRUST_PROP", "BANK_INTERNAL", "NOSTRO", "TAX",
    "INSURER_PREMIUM", "UNKNOWN",
]  # fmt: skip
RoleBasis = Literal["designated", "bank", "registry", "inferred"]
BalanceKind = Literal["OPENING", "CLOSING", "LEDGER_SUB_SUM"]
Rail = Literal[
    "INTRABANK", "HVPS", "BEPS", "IBPS", "NUCC", "UNIONPAY", "CASH", "CUSTODY_BOOK", "PI_BOOK", "OTHER",
]  # fmt: skip
FlowClass = Literal[
    "INVEST_IN", "LOAN_OUT", "REPAY_PRIN", "REPAY_INT", "RETURN_PRIN", "RETURN_INT", "CLAIM_TRANSFER", "COMPENSATE_3P",
    "COMPENSATE_PLAT", "RECOVER", "FEE", "BONUS", "TOPUP", "WITHDRAW", "REFUND", "PAYROLL", "MERCH_SETTLE", "SUPPLIER",
    "TAX", "INTERBANK", "SWEEP", "POOL_SWEEP", "ESCROW_IN", "ESCROW_OUT", "SEC_TRANSFER", "PREMIUM", "CLAIM_PAY",
    "CAPITAL_CALL", "CAPITAL_IN", "DIVIDEND", "INTEREST_BANK", "RENT", "CASH_IN", "CASH_OUT", "OTHER", "UNKNOWN",
]  # fmt: skip
ClassBasis = Literal["obligation", "order", "source", "role", "memo", "learned"]
TransferStatus = Literal["BOOKED", "PENDING", "REJECTED", "RETURNED"]
ProductType = Literal[
    "PRODUCT", "LISTING", "LISTING_STATUS", "SUBSCRIBE", "ALLOC", "DISBURSE", "REPAY_PLAN", "REPAY", "OVERDUE",
    "COMPENSATE", "CLAIM_TRANSFER", "REDEEM", "CLOSE", "HOLDING", "TRADE",
]  # fmt: skip
ListingStatus = Literal["OPEN", "FULL", "MISCARRY", "REPAYING", "CLOSED"]
TextKind = Literal["ad", "contract", "chat", "app", "news", "site"]
FeedbackLabel = Literal["CONFIRMED", "CLEARED", "UNKNOWN"]
ReferenceTable = Literal[
    "calendar", "lpr", "peer_yield", "venue_list", "custodian_list", "region", "coverage", "reserve_bank", "peer_index",
]  # fmt: skip


_FROM_TO = {"valid_from": "from", "valid_to": "to"}  # `from` is a keyword of Python


class Envelope(Struct, kw_only=True, frozen=True, gc=False, omit_defaults=True, tag_field="stream"):
    """What every event carries. (`source_id`, `event_id`, `op`, `version`) is the idempotency key."""

    event_id: Id
    source_id: Id
    event_time: Micros
    op: Op = "NEW"
    ref_event_id: Id | None = None
    version: Version = 1
    biz_date: dt.date | None = None


class PartyEvent(Envelope, frozen=True, kw_only=True, tag="party.events"):
    """Who exists."""

    party: Party
    kind: PartyKind | None = None
    name: Text | None = None
    sector: Sector | None = None
    scope_text: Passage | None = None
    reg_region: Region | None = None
    op_region: Region | None = None
    reg_capital_fen: Count | None = None
    status: PartyStatus | None = None
    watched: bool | None = None


class OwnershipEvent(Envelope, frozen=True, kw_only=True, tag="own.events"):
    """Ownership, office, control, kinship and shared traces. `holder` is absent for CAPITAL alone."""

    type: OwnershipType
    party: Party
    holder: Party | None = None
    ratio_ppm: Share | None = None
    role: OfficerRole | None = None
    amount_fen: Amount | None = None
    region: Text | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class LicenceEvent(
    Envelope, frozen=True, kw_only=True, tag="lic.events", rename={"valid_from": "from", "valid_to": "to"}
):
    """Licences. The contract's `from` and `to` are Python's `valid_from` and `valid_to`."""

    party: Party
    kind: LicenceKind
    status: LicenceStatus
    scope: Annotated[list[Text], Meta(max_length=LIST_MAX)] | None = None
    region: Annotated[list[Text], Meta(max_length=LIST_MAX)] | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class AccountEvent(Envelope, frozen=True, kw_only=True, tag="acct.events"):
    """Accounts: whose they are, what role they play, who may sign. `owner` is required for OPEN."""

    type: AccountType
    account: AccountId
    owner: Party | None = None
    role: Role | None = None
    role_basis: RoleBasis | None = None
    platform: Party | None = None
    custodian: Party | None = None
    bank: Cnaps | None = None
    master_account: AccountId | None = None
    branch_region: Text | None = None
    signatories: Annotated[list[Party], Meta(max_length=LIST_MAX)] | None = None
    device: Text | None = None


class BalanceEvent(Envelope, frozen=True, kw_only=True, tag="acct.balance"):
    """A balance as a bank states it; it may be zero or negative."""

    account: AccountId
    as_of: Micros
    kind: BalanceKind
    fen: Signed


class Transfer(Envelope, frozen=True, kw_only=True, tag="clr.transfers"):
    """Money moves from debtor to creditor."""

    debtor_account: AccountId
    creditor_account: AccountId
    amount_fen: Amount
    debtor_party: Claimed | None = None
    creditor_party: Claimed | None = None
    debtor_bank: Text | None = None
    creditor_bank: Text | None = None
    rail: Rail | None = None
    flow_class: FlowClass | None = None
    class_basis: ClassBasis | None = None
    end_to_end_id: Text | None = None
    order_id: Text | None = None
    product: Text | None = None
    plan_id: Text | None = None
    listing: Text | None = None
    batch_id: Text | None = None
    memo: Memo | None = None
    status: TransferStatus = "BOOKED"
    return_of: Text | None = None
    channel: Text | None = None
    device: Text | None = None
    bank_seq: Signed | None = None


class ProductEvent(Envelope, frozen=True, kw_only=True, tag="prod.events"):
    """Products, listings, loans and claims; what each `type` needs stands in `rules_of_streams.PRODUCT_NEEDS`."""

    type: ProductType
    platform: Party
    product: Text | None = None
    listing: Text | None = None
    borrower: Party | None = None
    investor: Party | None = None
    guarantor: Party | None = None
    parent_contract: Text | None = None
    collateral: Passage | None = None
    amount_fen: Amount | None = None
    principal_fen: Count | None = None
    interest_fen: Count | None = None
    rate_ppm: Count | None = None
    advertised_yield_ppm: Count | None = None
    project_return_ppm: Signed | None = None  # a project can lose
    term_days: Days | None = None
    start: dt.date | None = None
    due: dt.date | None = None
    issue_no: Count | None = None
    plan_id: Text | None = None
    claim: Text | None = None
    from_party: Party | None = None
    to_party: Party | None = None
    status: ListingStatus | None = None
    loan_use: Passage | None = None
    describe: Passage | None = None
    risk_rating: Rating | None = None
    investor_rating: Rating | None = None
    min_subscribe_fen: Count | None = None
    issuer: Text | None = None
    qualified: bool | None = None
    confirmed: bool | None = None
    rating_time: Moment | None = None
    vehicle: Text | None = None
    asset: Text | None = None
    layer_kind: Text | None = None
    units: Count | None = None


class LiabilityReport(Envelope, frozen=True, kw_only=True, tag="rep.liability"):
    """A payment institution's daily statement of what it owes clients and holds for them."""

    party: Party
    as_of: dt.date
    customer_balance_fen: Count | None = None
    prepaid_unspent_fen: Count | None = None
    merchant_payable_fen: Count | None = None
    in_process_fen: Count | None = None
    own_in_reserve_fen: Count | None = None
    in_transit_fen: Count | None = None


class DisclosureReport(Envelope, frozen=True, kw_only=True, tag="rep.disclosure"):
    """A platform's monthly figures (catalogue §7.8). `month` is `YYYY-MM`, or any date of the month."""

    party: Party
    month: Month
    values: dict[str, int | float]


class TextItem(Envelope, frozen=True, kw_only=True, tag="txt.items"):
    """Advertisements, contracts, chats, apps, news, sites; `party` is the one claimed."""

    kind: TextKind
    party: Party | None = None
    text: Body | None = None
    url: Passage | None = None
    first_seen: Moment | None = None
    icp: Text | None = None
    fee_fen: Count | None = None


class Tip(Envelope, frozen=True, kw_only=True, tag="tip.items"):
    """A tip-off about `subject`."""

    subject: Party
    reason: Passage | None = None
    text: Body | None = None
    tip_id: Text | None = None
    real_name: bool | None = None


class CaseFeedback(Envelope, frozen=True, kw_only=True, tag="case.feedback"):
    """What an office found out about an alert."""

    alert_id: Id
    label: FeedbackLabel
    by: Text | None = None


class ReferenceItem(Envelope, frozen=True, kw_only=True, tag="ref.items"):
    """One row of a reference table; `value` is any JSON."""

    table: ReferenceTable
    key: Id
    value: Any = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


Event = (
    PartyEvent | OwnershipEvent | LicenceEvent | AccountEvent | BalanceEvent | Transfer | ProductEvent | LiabilityReport
    | DisclosureReport | TextItem | Tip | CaseFeedback | ReferenceItem
)  # fmt: skip

STREAMS: dict[str, type[Envelope]] = {cls.__struct_config__.tag: cls for cls in Event.__args__}
STREAM_OF: dict[type[Envelope], str] = {cls: stream for stream, cls in STREAMS.items()}

_encoder = Encoder()


def encode_line(event: Envelope) -> bytes:
    """`event` as one contract line without newline: contract field names, times as integer µs, defaults left out."""
    return _encoder.encode(event)
