"""The cluster of one institution as P2P-01 sees it: client credits of a window, what they reached, what is held."""

from bisect import bisect_left
from collections import Counter, deque
from dataclasses import dataclass, field

from chuantou.graph.interner import NONE
from chuantou.schemas.clock import day_start_us, shanghai_day


@dataclass
class Credit:
    """One client's money entering a cluster; ``matched`` lists (time, fen) that reached the borrower it names."""

    index: int
    time: int
    investor: int
    fen: int
    deadline: int
    account: int = NONE
    matched: list[tuple[int, int]] = field(default_factory=list)
    judged: bool = False

    def matched_fen(self, until: int) -> int:
        return sum(fen for time, fen in self.matched if time <= until)

    @property
    def pooled_fen(self) -> int:
        """What had stayed behind at the deadline."""
        return self.fen - self.matched_fen(self.deadline)


class Recent:
    """Distinct values among what happened since a moving instant; what is older stays for evidence until forgotten."""

    def __init__(self) -> None:
        self.seen: deque[tuple[int, int, int]] = deque()  # (time, log index, value)
        self.first = 0  # seen[first:] are counted
        self.count: Counter[int] = Counter()

    def add(self, time: int, index: int, value: int) -> None:
        self.seen.append((time, index, value))
        self.count[value] += 1

    def expire(self, oldest: int) -> None:
        while self.first < len(self.seen) and self.seen[self.first][0] < oldest:
            value = self.seen[self.first][2]
            self.first += 1
            self.count[value] -= 1
            if not self.count[value]:
                del self.count[value]

    def forget(self, oldest: int) -> None:
        while self.first and self.seen[0][0] < oldest:
            self.seen.popleft()
            self.first -= 1

    def between(self, oldest: int, last_index: int) -> list[int]:
        """The distinct values from ``oldest`` on, up to a log index; sorted."""
        return sorted({value for time, index, value in self.seen if oldest <= time and index <= last_index})

    def __len__(self) -> int:
        return len(self.count)


@dataclass
class Pool:
    """The cluster of one institution: credits of the window, running sums, and the client money it holds."""

    credits: deque[Credit] = field(default_factory=deque)  # kept two days beyond the window for evidence
    first: int = 0  # credits[first:] are inside the window
    inflow: int = 0
    pooled: int = 0
    investors: Counter[int] = field(default_factory=Counter)
    accounts: Counter[int] = field(default_factory=Counter)
    open: list[Credit] = field(default_factory=list)  # not past their deadline
    held: int = 0
    moves: list[tuple[int, int, int]] = field(default_factory=list)  # (time, log index, change of held)
    peaks: dict[int, int] = field(default_factory=dict)
    paid_investors: Recent = field(default_factory=Recent)
    paid_listings: Recent = field(default_factory=Recent)
    told_day: int = NONE
    told: tuple[int, int] = (0, 0)  # highest (severity, amount) that was told on that day

    def add(self, credit: Credit) -> None:
        self.credits.append(credit)
        self.open.append(credit)
        self.inflow += credit.fen
        self.investors[credit.investor] += 1
        self.accounts[credit.account] += 1

    def expire(self, oldest: int) -> None:
        while self.first < len(self.credits) and self.credits[self.first].time < oldest:
            gone = self.credits[self.first]
            self.first += 1
            self.inflow -= gone.fen
            if gone.judged:
                self.pooled -= gone.pooled_fen
            else:
                self.open.remove(gone)
            for count, value in ((self.investors, gone.investor), (self.accounts, gone.account)):
                count[value] -= 1
                if not count[value]:
                    del count[value]
        self.paid_investors.expire(oldest)
        self.paid_listings.expire(oldest)

    def tells(self, day: int, rank: tuple[int, int]) -> bool:
        """Whether an instant of this (severity, amount) can still represent its day; others need not be written down."""
        if day == self.told_day and rank <= self.told:
            return False
        self.told_day, self.told = day, rank
        return True

    def move(self, time: int, index: int, change: int) -> None:
        day = shanghai_day(time)
        if day not in self.peaks:
            self.peaks[day] = self.held
        self.held += change
        self.peaks[day] = max(self.peaks[day], self.held)
        self.moves.append((time, index, change))

    def idle_peak(self, day: int, days: int) -> int:
        return max([self.held, *(peak for d, peak in self.peaks.items() if d > day - days)])

    def judge(self, until: int) -> None:
        """Credits whose time to reach the borrower is over count with what stayed behind."""
        still = []
        for credit in self.open:
            if credit.deadline <= until:
                credit.judged = True
                self.pooled += credit.pooled_fen
            else:
                still.append(credit)
        self.open = still

    def forget(self, oldest: int) -> None:
        while self.first and self.credits[0].time < oldest:
            self.credits.popleft()
            self.first -= 1
        self.paid_investors.forget(oldest)
        self.paid_listings.forget(oldest)
        self.moves = self.moves[bisect_left(self.moves, (oldest,)) :]
        self.peaks = {d: peak for d, peak in self.peaks.items() if day_start_us(d + 1) > oldest}
