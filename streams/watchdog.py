"""The watchdog: a worker that has something to read and does not read it must not look alive."""

from dataclasses import dataclass

STUCK_S = 60.0  # of idleness: far beyond a rebalance (session 3–10 s), far below an operator's patience
STEP_S = 900.0  # a first step on a new machine compiles every kernel, minutes on a slow one
JOIN_S = 60.0  # a group member killed without goodbye is forgotten after one session


@dataclass
class Watchdog:
    """Fed with what is seen, says what is wrong. Times are seconds of any monotonic clock."""

    stuck_s: float = STUCK_S
    step_s: float = STEP_S
    join_s: float = JOIN_S
    _progress: int = -1
    _moved_at: float | None = None
    _worked_by_then: float = 0.0
    _complete_at: float | None = None

    def observe(self, now: float, progress: int, behind: int, missing: int, worked: float = 0.0) -> str | None:
        """The complaint, or None.

        `progress` is any number that grows with every record taken, `behind` how many records are known to lie ahead,
        `missing` how many partitions are not assigned to us, `worked` for how many seconds ever the engine was at work: who
        works takes no record, and is not stuck before `step_s`.
        """
        if self._moved_at is None or progress != self._progress or not behind:
            self._progress, self._moved_at, self._worked_by_then = progress, now, worked
        if self._complete_at is None or not missing:
            self._complete_at = now
        if now - self._complete_at >= self.join_s:
            return (
                f"{missing} partitions not assigned for {self.join_s:.0f} s: "
                "is another worker of this shard in the same group?"
            )
        still = now - self._moved_at
        if still - (worked - self._worked_by_then) >= self.stuck_s or still >= self.step_s:
            return f"{behind} records ahead and none taken for {still:.0f} s"
        return None
