"""Transfers as the world takes them: columns in booking order."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

# how a payment was made in person: not, at a merchant's till by card or code, there by credit card, in cash
NO_TILL, AT_TILL, BY_CREDIT_CARD, IN_CASH = range(4)


class TransferColumns(NamedTuple):
    """Transfers in booking order, ids resolved; ``event_id`` and ``source_id`` stay Arrow strings."""

    time: NDArray[np.int64]
    debtor: NDArray[np.int32]
    creditor: NDArray[np.int32]
    fen: NDArray[np.int64]
    debtor_party: NDArray[np.int32]
    creditor_party: NDArray[np.int32]
    flow_class: NDArray[np.int8]
    basis: NDArray[np.int8]
    listing: NDArray[np.int32]
    product: NDArray[np.int32]
    order: NDArray[np.int32]
    device: NDArray[np.int32]
    place: NDArray[np.int32]
    till: NDArray[np.int8]  # how it was paid in person (``NO_TILL`` …)
    memo: pa.Array
    source_id: pa.Array
    event_id: pa.Array
    reference: NDArray[np.int64]  # a hash of the end_to_end_id, 0 for none
    side: NDArray[np.int8]  # whose statement told it

    def cut(self, start: int, stop: int) -> "TransferColumns":
        return TransferColumns._make(column[start:stop] for column in self)

    def where(self, keep: NDArray[np.bool_]) -> "TransferColumns":
        mask = pa.array(keep)
        return TransferColumns._make(c.filter(mask) if isinstance(c, pa.Array) else c[keep] for c in self)
