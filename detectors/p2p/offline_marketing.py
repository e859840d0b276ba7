"""P2P-11 线下营销 · offline marketing."""

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from chuantou.detectors.contract import YELLOW, ZERO_TOLERANCE_FEN, Detector, Evidence, Finding, zero_tolerance
from chuantou.detectors.correlation import r_squared
from chuantou.detectors.phrases import says
from chuantou.detectors.related_evidence import related_paths
from chuantou.graph.accounts import NONE
from chuantou.graph.flow_class import CLASS_ID, class_mask
from chuantou.graph.ledger import CLIENT, LOAN
from chuantou.graph.world import Segment
from chuantou.schemas.clock import DAY_US, day_start_us, shanghai_day
from chuantou.schemas.rules import to_ppm
from chuantou.schemas.streams import TextItem

WINDOW_US = 30 * DAY_US
RENT = CLASS_ID["RENT"]
# what clients and creditors are paid: no commission
NO_COMMISSION = class_mask(
    "RETURN_PRIN", "RETURN_INT", "REFUND", "WITHDRAW", "LOAN_OUT", "CLAIM_TRANSFER", "COMPENSATE_3P", "COMPENSATE_PLAT",
    "DIVIDEND", "SWEEP", "RENT", "TAX",
)  # fmt: skip
REGIONS = 3  # fewer places make any two things proportional
LICENSED = ("bank", "insurance")  # branches of these sell what they may sell
WORDS = (
    "宣讲会", "说明会", "推介会", "投资讲座", "理财讲座", "线下沙龙", "到场有礼", "到店有礼", "签到礼", "礼品", "鸡蛋",
    "食用油", "免费旅游",
)  # fmt: skip
CREDIT, INFLOW, COMMISSION, RENTED = "credit", "inflow", "commission", "rent"


class Entry(NamedTuple):
    """A client's payment at a ``place``, a day's inflow of a county, a payment to a person, a rent; ``party``: the other side."""

    time: int
    row: int
    what: str
    party: int
    fen: int
    region: str | None
    place: int


class Text(NamedTuple):
    time: int
    word: str
    source: str
    event: str


class OfflineMarketing(Detector):
    """线下营销: clients are gathered in shops and meetings, by salesmen paid for what they bring.

    At least two of, within 30 days: (a) ≥ 10 investors pay the platform at one terminal or bank counter within a day, on ≥ 3
    days; (b) the circle pays ≥ 10 persons who are no clients amounts proportional – R² ≥ 0.8, rising – to what investors of
    their county paid in; (c) rents in ≥ 3 counties; (d) its texts speak of meetings and gifts [E]. Severity: zero tolerance of
    what investors paid at such places, else of the commissions, else of the rents, at least yellow. Not for a licensed bank
    or insurer. Judged at day closes for the day's last sign. Clause 二(一)1; 2016 办法 art. 10(4), 16 [S5]. Amounts in fen.

    >>> r_squared([(1, 10), (2, 20), (3, 30)]), r_squared([(1, 5), (2, 5), (3, 5)])
    (1000000, 0)
    """

    id, clause, family = "P2P-11", "二(一)1", "client_money"
    title_zh, title_en = "线下营销", "offline marketing"
    legal_basis = ("SEED 二(一)1", "2016 网络借贷暂行办法 art. 10(4), 16 [S5]")
    parameters = ("offline",)
    sectors = ("P2P",)

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.entries: dict[str, deque[Entry]] = {}
        self.today: dict[str, list[tuple[Entry, int]]] = {}  # entries of the day, and the account that tells their county
        self.texts: dict[str, deque[Text]] = {}
        self.clients: dict[str, set[int]] = {}
        self.touched: set[str] = set()

    # -- facts ---------------------------------------------------------------------------------------------------------

    def observe(self, segment: Segment) -> Iterator[Finding]:
        for _, event in segment.events:
            if isinstance(event, TextItem):
                self._read(event)
        if segment.first == segment.end:
            return
        watch, log, base = self.world.watch, self.world.ledger.log, self.world.ledger.base
        into, out_of = segment.into, segment.out_of
        flow = log.flow_class[segment.first - base : segment.end - base]
        outward = (out_of != NONE) & (into != out_of)
        credit = (into != NONE) & (into != out_of) & (segment.kind == CLIENT) & (segment.payer_party != NONE)
        payee = segment.payee_party
        person = self.world.party_table.person[payee] & (payee != NONE)
        paid = outward & person & ~NO_COMMISSION[flow] & (segment.kind != LOAN)
        rent = outward & (flow == RENT)
        mine = set(self.institutions())
        for i in np.flatnonzero(credit | paid | rent).tolist():
            key = watch.keys[into[i] if credit[i] else out_of[i]]
            if key not in mine:
                continue
            what = CREDIT if credit[i] else RENTED if rent[i] else COMMISSION
            account, party = (segment.debtor[i], segment.payer_party[i]) if credit[i] else (segment.creditor[i], payee[i])
            entry = Entry(int(segment.time[i]), segment.first + i, what, int(party), int(segment.fen[i]), None,
                          int(segment.place[i]))  # fmt: skip
            self.today.setdefault(key, []).append((entry, int(account)))
        yield from ()

    def _read(self, e: TextItem) -> None:
        word = says(e.text, WORDS) if e.kind != "news" and e.party is not None else None
        holders = self.world.watch.institutions_of.get(e.party or "", ()) if word is not None else ()
        for key in sorted(holders):
            if key == e.party or e.party in self.world.watch.institutions[key].cluster():
                self.texts.setdefault(key, deque()).append(Text(e.event_time, word or "", e.source_id, e.event_id))
                self.touched.add(key)

    # -- judgement -----------------------------------------------------------------------------------------------------

    def day_close(self, day: int) -> Iterator[Finding]:
        now = day_start_us(day + 1)
        for key, told in sorted(self.today.items()):
            self.touched.add(key)
            clients, held = self.clients.setdefault(key, set()), self.entries.setdefault(key, deque())
            clients.update(entry.party for entry, _ in told if entry.what == CREDIT)
            placed = [entry._replace(region=self.world.region_of(account)) for entry, account in told]
            held.extend(entry for entry in placed if entry.what != CREDIT or entry.place != NONE)
            held.extend(by_county([entry for entry in placed if entry.what == CREDIT], now - 1))
        self.today.clear()
        mine = set(self.institutions())
        for key in sorted(self.touched & mine):
            for past in (self.entries.setdefault(key, deque()), self.texts.setdefault(key, deque())):
                while past and past[0].time <= now - 1 - WINDOW_US:
                    past.popleft()
            yield from self._judge(key, now)
        self.touched.clear()

    def _judge(self, key: str, now: int) -> Iterator[Finding]:
        pack = self.in_force("offline", now - 1)
        entries, texts = [e for e in self.entries[key] if self._counts(key, e)], list(self.texts[key])
        if pack is None or any(self.world.register.has_licence(key, kind, shanghai_day(now - 1)) for kind in LICENSED):
            return
        gathered = gatherings(entries, pack["investors"], pack["days"])
        people, square = self._commissions(entries)
        counties = len({e.region for e in entries if e.what == RENTED and e.region is not None})
        limbs = [bool(gathered), people >= pack["salesmen"] and square >= to_ppm(pack["r2"]), counties >= pack["counties"],
                 bool(texts)]  # fmt: skip
        if sum(limbs) < pack["limbs"]:
            return
        fen = {what: sum(e.fen for e in entries if e.what == what) for what in (COMMISSION, RENTED)}
        raised = sum(e.fen for e in gathered)
        amount = raised if limbs[0] else fen[COMMISSION] if limbs[1] else fen[RENTED]
        values = {
            "limbs": sum(limbs), "n_investors": len({e.party for e in gathered}), "gathered_fen": raised,
            "n_salesmen": people, "commission_fen": fen[COMMISSION], "r2_ppm": square, "rent_counties": counties,
            "n_texts": len(texts),
        }  # fmt: skip
        time = max([e.time for e in entries if e.what != INFLOW] + [text.time for text in texts])
        first = min([e.time for e in entries] + [text.time for text in texts])
        yield Finding(self.id, key, time, max(YELLOW, zero_tolerance(amount)), amount, values, (first, time), known=now,
                      key=(tuple(entries), tuple(texts)))  # fmt: skip

    def _counts(self, key: str, e: Entry) -> bool:
        """Who ever paid in is a client, and what he is paid no commission."""
        return e.what != COMMISSION or e.party not in self.clients.get(key, ())

    def _commissions(self, entries: list[Entry]) -> tuple[int, int]:
        """``(persons, R² in ppm)`` of what persons were paid against what investors of their county paid in."""
        inflow: dict[str, int] = {}
        paid: dict[tuple[int, str], int] = {}
        for e in entries:
            if e.region is not None and e.what == INFLOW:
                inflow[e.region] = inflow.get(e.region, 0) + e.fen
            elif e.region is not None and e.what == COMMISSION:
                paid[e.party, e.region] = paid.get((e.party, e.region), 0) + e.fen
        regions = {region for _, region in paid}
        points = [(inflow.get(region, 0), fen) for (_, region), fen in paid.items()]
        return len({party for party, _ in paid}), r_squared(points) if len(regions) >= REGIONS else 0

    # -- evidence ------------------------------------------------------------------------------------------------------

    def evidence(self, finding: Finding) -> Evidence:
        entries, texts = finding.key
        parties, places = self.world.parties.names, self.world.places_paid_at.names
        rows = [
            ({"transaction": list(self.world.refs.of(e.row))} if e.row != NONE else {})
            | {"day": shanghai_day(e.time), "what": e.what, "party": parties[e.party] if e.party != NONE else None,
               "fen": e.fen, "region": e.region, "place": places[e.place] if e.place != NONE else None}
            for e in entries
        ]  # fmt: skip
        owners = {self.world.accounts.owner_name(int(self.world.ledger.log.debtor[e.row - self.world.ledger.base]))
                  for e in entries if e.what in (COMMISSION, RENTED)}  # fmt: skip
        return Evidence(
            {"r2_ppm": "squared correlation of the fen of each person and county with the fen of its investors"},
            {"entries": rows, "texts": [{"event": [t.source, t.event], "time": t.time, "says": t.word} for t in texts]},
            sorted({e.row for e in entries if e.row != NONE}), sorted({(t.source, t.event) for t in texts}),
            related=related_paths(self.world, finding.subject, owners),
            thresholds={"offline": self.in_force("offline", finding.time), "zero_tolerance_fen": ZERO_TOLERANCE_FEN},
        )  # fmt: skip


def by_county(credits: list[Entry], time: int) -> list[Entry]:
    """What investors of each county paid in on a day, sorted."""
    total: dict[str, int] = {}
    for e in credits:
        if e.region is not None:
            total[e.region] = total.get(e.region, 0) + e.fen
    return [Entry(time, NONE, INFLOW, NONE, total[region], region, NONE) for region in sorted(total)]


def gatherings(entries: list[Entry], investors: int, days: int) -> list[Entry]:
    """Credits of the days on which so many investors paid at a place, of places with so many such days."""
    at: dict[tuple[int, int], list[Entry]] = {}
    for e in entries:
        if e.what == CREDIT and e.place != NONE:
            at.setdefault((e.place, shanghai_day(e.time)), []).append(e)
    full = {key: held for key, held in at.items() if len({e.party for e in held}) >= investors}
    count: dict[int, int] = {}
    for place, _ in full:
        count[place] = count.get(place, 0) + 1
    return sorted((e for (place, _), held in full.items() if count[place] >= days for e in held), key=lambda e: e.row)
