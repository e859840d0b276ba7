"""Where credit transfers and returns between banks keep what they say: pacs.008, pacs.009, pacs.004 and CNAPS2 (catalogue §7.4).

hvps.111 and ibps.101 are pacs.008 documents, hvps.112 is a pacs.009. beps.121 has a package head and its own name for a
transaction; beps.122 and hvps.141, of which no public sample was found, are read by the same names of parts and fields.
"""

from chuantou.schemas.adapters.camt_layout import account_fields, agent_fields, party_fields
from chuantou.schemas.adapters.xml_stream import Part

_SIDES = {"debtor": ("Dbtr", "DbtrAcct", "DbtrAgt"), "creditor": ("Cdtr", "CdtrAcct", "CdtrAgt")}


def _side_fields(inside: str = "") -> dict[str, str]:
    """Both sides: account, account's bank, party; in messages of banks on their own the party is a bank itself."""
    fields: dict[str, str] = {}
    for side, (party, account, agent) in _SIDES.items():
        fields |= account_fields(f"{inside}{account}", side) | agent_fields(f"{inside}{agent}", side)
        fields |= party_fields(f"{inside}{party}", f"{side}_party")
        fields |= {path: f"{key}_self" for path, key in agent_fields(f"{inside}{party}", side).items()}
        fields |= {path: f"{key}_self" for path, key in agent_fields(f"{inside}{party}/Agt", side).items()}
    return fields


def _amount_fields(at: str) -> dict[str, str]:
    return {at: "amount", f"{at}@Ccy": "currency"}


_REFERENCES = {
    "PmtId/EndToEndId": "end_to_end", "PmtId/TxId": "transaction", "PmtId/InstrId": "instruction", "PmtId/UETR": "uetr",
    "TxId": "transaction", "//OrgnlMsgId": "original_message", "//OrgnlTxId": "original", "//OrgnlInstgPty": "original_sender",
}  # fmt: skip
_DETAILS = {
    "IntrBkSttlmDt": "settled_on", "SttlmTmIndctn/CdtDtTm": "settled", "SttlmTmIndctn/DbtDtTm": "settled",
    "PmtTpInf/CtgyPurp/Prtry": "category", "PmtTpInf/CtgyPurp/Cd": "category", "Purp/Prtry": "purpose", "Purp/Cd": "purpose",
    "RmtInf/Ustrd": "memo", "AddtlInf": "memo",
}  # fmt: skip
TRANSFER = Part(
    "transfer",
    {
        **_REFERENCES, **_DETAILS, **_amount_fields("IntrBkSttlmAmt"), **_amount_fields("Amt"), **_side_fields(),
        **agent_fields("InstgAgt", "sender"),
    },
    joined=frozenset({"memo"}),
    streamed=True,
)  # fmt: skip
RETURN = Part(
    "return",
    {
        "RtrId": "transaction", "OrgnlEndToEndId": "end_to_end", "OrgnlTxId": "original", "OrgnlUETR": "uetr",
        "OrgnlGrpInf/OrgnlMsgId": "original_message", **_amount_fields("RtrdIntrBkSttlmAmt"),
        "OrgnlIntrBkSttlmAmt": "original_amount", "OrgnlIntrBkSttlmAmt@Ccy": "original_currency",
        "IntrBkSttlmDt": "settled_on", "SttlmTmIndctn/CdtDtTm": "settled", "RtrRsnInf/AddtlInf": "memo",
        "RtrRsnInf/Rsn/Cd": "reason", **agent_fields("OrgnlInstgAgt", "original_sender"), **agent_fields("InstdAgt", "receiver"),
        **agent_fields("InstgAgt", "sender"), **_side_fields("OrgnlTxRef/"),
    },
    joined=frozenset({"memo"}),
    streamed=True,
)  # fmt: skip
_HEAD = {
    "GrpHdr/MsgId": "message", "GrpHdr/CreDtTm": "created", "GrpHdr/NbOfTxs": "n_transfers", "GrpHdr/CtrlSum": "sum",
    "GrpHdr/TtlIntrBkSttlmAmt": "sum", "GrpHdr/TtlRtrdIntrBkSttlmAmt": "sum", "GrpHdr/IntrBkSttlmDt": "settled_on",
    "GrpHdr/SttlmInf/ClrSys/Prtry": "system", "GrpHdr/SttlmInf/ClrSys/Cd": "system", "OrgnlGrpInf/OrgnlMsgId": "original_message",
    **agent_fields("GrpHdr/InstgAgt", "sender"), **agent_fields("GrpHdr/InstdAgt", "receiver"),
    "GrpHdr/InstgPty/InstgDrctPty": "sender_member", "GrpHdr/InstgPty/InstgPty": "sender_member",
    "PKGGrpHdr/MsgId": "message", "PKGGrpHdr/CreDtTm": "created", "PKGGrpHdr/NbOfTxs": "n_transfers", "PKGGrpHdr/CtrlSum": "sum",
    "PKGGrpHdr/InstgPty/InstgDrctPty": "sender_member", "NPCPrcInf/PrcSts": "processed", "NPCPrcInf/RjctInf": "rejected",
    "NPCPrcInf/NetgDt": "cleared_on", "NPCPrcInf/SttlmDt": "cleared_on", "NPCPrcInf/TrnsmtTm": "cleared",
}  # fmt: skip
_TRANSFERS = ("CdtTrfTxInf", "CstmrCdtTrfInf", "FinInstnCdtTrfInf", "FICdtTrfInf")
MESSAGE = Part("message", _HEAD, dict.fromkeys(_TRANSFERS, TRANSFER) | {"TxInf": RETURN}, streamed=True)
# A CNAPS2 message that is one transfer by itself has the transfer's fields beside its head.
SINGLE = Part("message", {**TRANSFER.fields, **_HEAD}, MESSAGE.parts, TRANSFER.joined, streamed=True)

PACS_MESSAGES = ("FIToFICstmrCdtTrf", "FICdtTrf", "FinInstnCdtTrf", "PmtRtr")
PACS = dict.fromkeys(PACS_MESSAGES, MESSAGE)
CNAPS = {"*": SINGLE}
