"""What a transfer is for (catalogue §3.5), as far as the money detectors of this room need it.

A class that the feed states is a claim; both are kept. What is found here outranks it only where the obligation
itself speaks: money that reaches the borrower named by the listing it carries is the loan paid out.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from chuantou.graph.ledger import CLIENT, LOAN, PLAIN, RESERVE

FLOW_CLASSES = (
    "UNKNOWN", "INVEST_IN", "LOAN_OUT", "REPAY_PRIN", "REPAY_INT", "RETURN_PRIN", "RETURN_INT", "CLAIM_TRANSFER",
    "COMPENSATE_3P", "COMPENSATE_PLAT", "RECOVER", "FEE", "BONUS", "TOPUP", "WITHDRAW", "REFUND", "PAYROLL",
    "MERCH_SETTLE", "SUPPLIER", "TAX", "INTERBANK", "SWEEP", "POOL_SWEEP", "ESCROW_IN", "ESCROW_OUT", "SEC_TRANSFER",
    "PREMIUM", "CLAIM_PAY", "CAPITAL_CALL", "CAPITAL_IN", "DIVIDEND", "INTEREST_BANK", "RENT", "CASH_IN", "CASH_OUT",
    "OTHER",
)  # fmt: skip
CLASS_ID = {name: i for i, name in enumerate(FLOW_CLASSES)}
BASES = ("", "obligation", "order", "source", "role", "memo", "learned")
BASIS_ID = {name: i for i, name in enumerate(BASES)}
# evidence stronger than a memo (§3.5 priority 1–3): only these may excuse anybody
HARD_BASIS = ("obligation", "order", "source", "role")


def class_mask(*names: str) -> NDArray[np.bool_]:
    """bool[len(FLOW_CLASSES)] that is true at the given classes."""
    mask = np.zeros(len(FLOW_CLASSES), np.bool_)
    mask[[CLASS_ID[name] for name in names]] = True
    return mask


def basis_mask(*names: str) -> NDArray[np.bool_]:
    """bool[len(BASES)] that is true at the given bases."""
    mask = np.zeros(len(BASES), np.bool_)
    mask[[BASIS_ID[name] for name in names]] = True
    return mask


IS_CLIENT_IN = class_mask("INVEST_IN", "TOPUP")
IS_UNSTATED = class_mask("UNKNOWN", "OTHER")
IS_CASH = class_mask("CASH_IN", "CASH_OUT")
IS_HARD_BASIS = basis_mask(*HARD_BASIS)


# words by which payers name an investment; inference only (§2), never an excuse
INVEST_WORDS = "投资|理财|认购|申购|出借|充值|投标"


def says_invest(memo: pa.Array, where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool[n]: the rows of ``where`` whose memo names an investment."""
    out = np.zeros(len(where), np.bool_)
    rows = np.flatnonzero(where)
    if len(rows) and memo.null_count < len(memo):
        hit = pc.match_substring_regex(memo.take(pa.array(rows)), INVEST_WORDS)
        out[rows] = hit.fill_null(False).to_numpy(zero_copy_only=False)
    return out


def root_kinds(
    flow_class: NDArray[np.int8],
    refers: NDArray[np.bool_],
    payer_is_person: NDArray[np.bool_],
    payee_in_cluster: NDArray[np.bool_],
    reaches_borrower: NDArray[np.bool_],
    from_reserve: NDArray[np.bool_],
    to_reserve: NDArray[np.bool_],
) -> NDArray[np.int8]:
    """Kind of root (``PLAIN``, ``CLIENT``, ``LOAN``, ``RESERVE``) of each transfer; all arrays of one length.

    ``refers``: the transfer carries a product or listing (or an order, paid to the institution itself), or its memo names
    an investment; ``reaches_borrower``: its payee is the borrower of its listing.
    """
    unstated = IS_UNSTATED[flow_class]
    inferred = unstated & refers & payer_is_person & payee_in_cluster
    kind = np.full(len(flow_class), PLAIN, np.int8)
    kind[from_reserve & ~to_reserve] = RESERVE
    kind[(IS_CLIENT_IN[flow_class] | inferred) & ~to_reserve] = CLIENT
    kind[(flow_class == CLASS_ID["LOAN_OUT"]) | (unstated & reaches_borrower)] = LOAN
    return kind
