"""Where camt.052, camt.053 and camt.054 keep what a statement says (catalogue §7.5), in all versions: 2 to 13 by local names.

Versions differ in a few steps of a path: BIC became BICFI, Dbtr/Nm became Dbtr/Pty/Nm, Sts became Sts/Cd; both are read.
"""

from chuantou.schemas.adapters.xml_stream import Part

MESSAGES = ("BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn")


def account_fields(at: str, key: str) -> dict[str, str]:
    """The number of an account, and the bank that issued it."""
    return {
        f"{at}/Id/IBAN": key, f"{at}/Id/Othr/Id": key, f"{at}/Id/Othr/Issr": f"{key}_issuer", f"{at}/Id/PrtryAcct/Id": key,
    }  # fmt: skip


def agent_fields(at: str, key: str) -> dict[str, str]:
    """A bank: its member or branch number in the payment system, and its BIC."""
    return {
        f"{at}/FinInstnId/ClrSysMmbId/MmbId": f"{key}_member", f"{at}/BrnchId/Id": f"{key}_branch",
        f"{at}/FinInstnId/BICFI": f"{key}_bic", f"{at}/FinInstnId/BIC": f"{key}_bic",
    }  # fmt: skip


def party_fields(at: str, key: str) -> dict[str, str]:
    """An organisation's identification; names make no party (§3.2), and natural persons' numbers are not taken over."""
    return {f"{at}/Id/OrgId/Othr/Id": key, f"{at}/Pty/Id/OrgId/Othr/Id": key}


def date_fields(at: str, key: str) -> dict[str, str]:
    return {f"{at}/DtTm": key, f"{at}/Dt": key}


CHARGES = Part(
    "charges",
    {"Amt": "amount", "Amt@Ccy": "currency", "CdtDbtInd": "side"},
    {"Rcrd": Part("records", {"Amt": "amount", "Amt@Ccy": "currency", "CdtDbtInd": "side", "ChrgInclInd": "included"})},
)

DETAIL = Part(
    "details",
    {
        "Refs/AcctSvcrRef": "reference", "Refs/UETR": "uetr", "Refs/EndToEndId": "end_to_end", "Refs/TxId": "transaction",
        "Refs/InstrId": "instruction", "Refs/ClrSysRef": "clearing",
        "Amt": "amount", "Amt@Ccy": "currency", "CdtDbtInd": "side",
        "AmtDtls/TxAmt/Amt": "amount", "AmtDtls/TxAmt/Amt@Ccy": "currency",
        "BkTxCd/Domn/Fmly/SubFmlyCd": "code", "Purp/Cd": "purpose",
        "RltdDts/TxDtTm": "executed", "RltdDts/AccptncDtTm": "accepted",
        "RmtInf/Ustrd": "memo", "RmtInf/Strd/AddtlRmtInf": "memo", "AddtlTxInf": "information",
        "RtrInf/Rsn/Cd": "returned", "RtrInf/Rsn/Prtry": "returned", "RtrInf/RtrRsn/Cd": "returned",
        "RtrInf/AddtlInf": "returned",
        **account_fields("RltdPties/DbtrAcct", "debtor"), **account_fields("RltdPties/CdtrAcct", "creditor"),
        **agent_fields("RltdAgts/DbtrAgt", "debtor"), **agent_fields("RltdAgts/CdtrAgt", "creditor"),
        **party_fields("RltdPties/Dbtr", "debtor_party"), **party_fields("RltdPties/Cdtr", "creditor_party"),
    },
    {"Chrgs": CHARGES},
    joined=frozenset({"memo"}),
)  # fmt: skip

ENTRY = Part(
    "entry",
    {
        "NtryRef": "number", "Amt": "amount", "Amt@Ccy": "currency", "CdtDbtInd": "side", "RvslInd": "reversal",
        "Sts": "status", "Sts/Cd": "status", "Sts/Prtry": "status", "AcctSvcrRef": "reference",
        "BkTxCd/Domn/Fmly/SubFmlyCd": "code",
        "NtryDtls/Btch/MsgId": "batch", "NtryDtls/Btch/PmtInfId": "batch", "NtryDtls/Btch/NbOfTxs": "batch_count",
        "AddtlNtryInf": "information", **date_fields("BookgDt", "booked"), **date_fields("ValDt", "value_date"),
    },
    {"NtryDtls/TxDtls": DETAIL, "Chrgs": CHARGES},
    streamed=True,
)  # fmt: skip

BALANCE = Part(
    "balance",
    {
        "Tp/CdOrPrtry/Cd": "code", "Amt": "amount", "Amt@Ccy": "currency", "CdtDbtInd": "side", **date_fields("Dt", "date"),
    },
    streamed=True,
)  # fmt: skip



def _page_fields(at: str) -> dict[str, str]:
    return {f"{at}/PgNb": "page", f"{at}/LastPgInd": "last_page"}


_HEAD = {
    "Id": "id", "CreDtTm": "created", **account_fields("Acct", "account"), **agent_fields("Acct/Svcr", "servicer"),
    **party_fields("Acct/Ownr", "owner"), "TxsSummry/TtlNtries/NbOfNtries": "n_entries",
    "TxsSummry/TtlCdtNtries/Sum": "credits", "TxsSummry/TtlDbtNtries/Sum": "debits",
    **_page_fields("StmtPgntn"), **_page_fields("RptPgntn"), **_page_fields("NtfctnPgntn"),
}  # fmt: skip
_PARTS = {"Bal": BALANCE, "Ntry": ENTRY}
# Reports and notifications of a day are told again by its statement: only statements must follow one another without a hole.
REPORT = Part("report", _HEAD, _PARTS, streamed=True)
STATEMENT = Part("statement", _HEAD | {"ElctrncSeqNb": "electronic", "LglSeqNb": "legal"}, _PARTS, streamed=True)

MESSAGE = Part(
    "message",
    {"GrpHdr/CreDtTm": "created", **_page_fields("GrpHdr/MsgPgntn")},
    {"Stmt": STATEMENT, "Rpt": REPORT, "Ntfctn": REPORT},
    streamed=True,
)
LAYOUT = dict.fromkeys(MESSAGES, MESSAGE)
