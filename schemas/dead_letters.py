"""Dead letters: an event that cannot be used, why, where it stood, and every byte of it.

A bad event never stops a feed: it leaves with a stable reason code (docs/dead-letters.md), the rest goes on.
"""

import base64
from enum import StrEnum

import msgspec

SHOWN_CHARS = 120  # of the offending value inside a message; the complete event is in `raw`


class Reason(StrEnum):
    """Stable codes: programs at the sender's side compare them, so none is ever renamed."""

    BAD_JSON = "BAD_JSON"
    NOT_UTF8 = "NOT_UTF8"
    TOO_LONG = "TOO_LONG"
    TOO_DEEP = "TOO_DEEP"
    UNKNOWN_STREAM = "UNKNOWN_STREAM"
    MISSING_FIELD = "MISSING_FIELD"
    MISSING_REF = "MISSING_REF"
    WRONG_TYPE = "WRONG_TYPE"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    BAD_ENUM = "BAD_ENUM"
    BAD_TIME = "BAD_TIME"
    BAD_DATE = "BAD_DATE"
    BAD_PARTY = "BAD_PARTY"
    BAD_FORMAT = "BAD_FORMAT"
    BAD_LENGTH = "BAD_LENGTH"
    BAD_ARROW = "BAD_ARROW"
    TOO_OLD = "TOO_OLD"
    BAD_FILE = "BAD_FILE"
    UNBALANCED = "UNBALANCED"
    BAD_TOTALS = "BAD_TOTALS"
    BAD_CHECKSUM = "BAD_CHECKSUM"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    WRONG_NAME = "WRONG_NAME"
    OLD_VERSION = "OLD_VERSION"
    UNIT_JUMP = "UNIT_JUMP"


MEANING_ZH = {
    Reason.BAD_JSON: "不是合法的 JSON",
    Reason.NOT_UTF8: "不是 UTF-8 编码",
    Reason.TOO_LONG: "单条记录超过 1 MiB",
    Reason.TOO_DEEP: "嵌套超过 64 层",
    Reason.UNKNOWN_STREAM: "未知的数据流",
    Reason.MISSING_FIELD: "缺少必填字段",
    Reason.MISSING_REF: "更正、冲正或撤销缺少原事件编号",
    Reason.WRONG_TYPE: "字段类型错误",
    Reason.OUT_OF_RANGE: "数值超出范围",
    Reason.BAD_ENUM: "枚举值不在清单内",
    Reason.BAD_TIME: "时间无法解析",
    Reason.BAD_DATE: "日期无法解析",
    Reason.BAD_PARTY: "主体标识格式错误",
    Reason.BAD_FORMAT: "字段格式错误",
    Reason.BAD_LENGTH: "字段长度不符",
    Reason.BAD_ARROW: "不是合法的 Arrow 消息",
    Reason.TOO_OLD: "事件时间早于可接受的迟到期限",
    Reason.BAD_FILE: "文件无法继续读取",
    Reason.UNBALANCED: "期初余额加减发生额不等于期末余额",
    Reason.BAD_TOTALS: "笔数或金额合计与明细不符",
    Reason.BAD_CHECKSUM: "校验码与明细不符",
    Reason.BAD_SIGNATURE: "缺少签名，或签名与文件不符",
    Reason.WRONG_NAME: "文件名不符合约定",
    Reason.OLD_VERSION: "文件版本早于已接收的版本",
    Reason.UNIT_JUMP: "金额中位数较历史跳变，疑似单位错误",
}


class BrokenRuleError(ValueError):
    """One broken rule of one event, before it is known where the event stood."""

    def __init__(self, code: Reason, field: str, found: str, expected: str) -> None:
        super().__init__(f"{field}: expected {expected}, found {found}")
        self.code, self.field, self.found, self.expected = code, field, found, expected


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One unusable event.

    `source` is `file:line` or `topic/partition@offset`; `field` a path such as `amount_fen` or `signatories[2]`, `$`
    for the whole event; `stream` and `event_id` are null where unreadable; `raw` is the complete input, base64.
    """

    code: Reason
    stream: str | None
    source: str
    event_id: str | None
    field: str
    found: str
    expected: str
    message: str
    raw: str


def dead_letter(
    fault: BrokenRuleError, source: str, raw: bytes, stream: str | None = None, event_id: str | None = None
) -> DeadLetter:
    """The letter for `fault`, found in the event `raw` that stood at `source`."""
    named = f"{stream or 'unknown stream'} event {event_id or 'without id'}"
    return DeadLetter(
        code=fault.code,
        stream=stream,
        source=source,
        event_id=event_id,
        field=fault.field,
        found=fault.found,
        expected=fault.expected,
        message=f"{source}: {named}: {fault.field}: expected {fault.expected}, found {fault.found} [{fault.code}]",
        raw=base64.b64encode(raw).decode("ascii"),
    )


def message_zh(letter: DeadLetter) -> str:
    """The same in Chinese, for the sender's operator."""
    named = f"{letter.stream or '未知数据流'} 事件 {letter.event_id or '无编号'}"
    what = f"{MEANING_ZH[letter.code]}，应为 {letter.expected}，实为 {letter.found}"
    return f"{letter.source}：{named}：{letter.field}：{what} [{letter.code}]"


def shown(value: object) -> str:
    """`value` as JSON, cut to `SHOWN_CHARS`."""
    text = msgspec.json.encode(value).decode("utf-8")
    return text if len(text) <= SHOWN_CHARS else text[:SHOWN_CHARS] + "…"
