"""The watchdog: a worker that has something to read and does not read it must not look alive."""

from dataclasses import dataclass

STUCK_S = 60.0  # far beyond a rebalance (session 3–10 s) and a snapshot, far below an operator's patience
JOIN_S = 60.0  # a group member killed without goodbye is forgotten after one session


@dataclass
class Watchdog:
    """Fed with what is seen, says what is wrong. Times are seconds of any monotonic clock."""

    stuck_s: float = STUCK_S
    join_s: float = JOIN_S
    _progress: int = -1
    _moved_at: float | None = None
    _complete_at: float | None = None

    def observe(self, now: float, progress: int, behind: int, missing: int) -> str | None:
        """The complaint, or None.

        `progress` is any number that grows with every record taken, `behind` how many records are known to lie ahead,
        `missing` how many partitions are not assigned to us.
        """
        if self._moved_at is None or progress != self._progress or not behind:
            self._progress, self._moved_at = progress, now
        if self._complete_at is None or not missing:
            self._complete_at = now
        if now - self._complete_at >= self.join_s:
            return (
                f"{missing} partitions not assigned for {self.join_s:.0f} s: "
                "is another worker of this shard in the same group?"
            )
        if now - self._moved_at >= self.stuck_s:
            return f"{behind} records ahead and none taken for {self.stuck_s:.0f} s"
        return None
