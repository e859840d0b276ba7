"""What a file says of itself beside its events: what only the other files of its feed can confirm or belie.

A statement has a number, pages and two balances; a day of batches has a list and sums. An adapter gives them out as notes among
its events; a drop folder keeps them and compares (docs/feeds/operations.md). Whoever reads single files leaves them aside.
"""

import msgspec


class StatementPage(msgspec.Struct, frozen=True, kw_only=True, tag="statement"):
    """One page of one account's statement.

    ``electronic`` and ``legal`` are its numbers, ``name`` its own id where its pages share one; ``opening`` and ``closing`` are
    the balances in fen that this page or one before it in the file states, ``opens`` the day (number since 1970, Shanghai) that
    begins with the one, ``closes`` the day that ends with the other; ``day`` is the day that the page is about or was made on.
    """

    account: str
    name: str = ""
    electronic: int | None = None
    legal: int | None = None
    page: int = 1
    last: bool = True
    opening: int | None = None
    opens: int | None = None
    closing: int | None = None
    closes: int | None = None
    day: int | None = None

    @property
    def subject(self) -> str:
        """What notes of several files are compared by."""
        return self.account


class SentBatch(msgspec.Struct, frozen=True, kw_only=True, tag="sent"):
    """One accepted IFCERT batch: who sent it, on which day, for which interface, its number, how many of its records could be
    read, and of movements of money the fen by transType, what was taken back subtracted."""

    code: str
    day: int
    interface: str
    number: str
    records: int
    sums: dict[str, int] = {}

    @property
    def subject(self) -> str:
        return f"ifcert:{self.code}"


class StatedBatches(msgspec.Struct, frozen=True, kw_only=True, tag="stated"):
    """What a platform's reconciliation states of the days ``first`` to ``last`` of one interface; None is not stated.

    ``sums`` are fen by transType.
    """

    code: str
    first: int
    last: int
    interface: str
    batches: int | None = None
    numbers: list[str] | None = None
    records: int | None = None
    sums: dict[str, int] = {}

    @property
    def subject(self) -> str:
        return f"ifcert:{self.code}"


Note = StatementPage | SentBatch | StatedBatches
NOTES = (StatementPage, SentBatch, StatedBatches)
encode_note = msgspec.json.Encoder().encode
decode_note = msgspec.json.Decoder(Note).decode
