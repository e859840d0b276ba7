"""`chuantou detectors`: what is watched, and one page a detector, written from the code that judges.

A page holds the clause in the plan's words, the definition, the parameters of the rule pack by date with the mark of their
source, what an alert says, and the scenes of the generated city by which the detector is measured: evasions that it finds, and
lawful look-alikes on which it stays silent. Chinese first, English second.
"""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

import yaml
from rich.table import Table
from rich.text import Text

from chuantou.city.schemes import SCENES
from chuantou.console.alerts import screen
from chuantou.console.words import say, spoken
from chuantou.detectors.contract import Detector
from chuantou.detectors.registry import DETECTORS
from chuantou.detectors.wording import facts as facts_of_alerts
from chuantou.schemas.clauses import clause_text
from chuantou.schemas.rules import RulePack, load_rule_pack

LOOKALIKE = "lookalike:"
MARKS = {
    "SEED": "整治方案 · the plan", "L": "法规原文 · statute", "S": "查阅文件 · page read", "M": "记忆，待核 · from memory",
    "E": "工程设定 · engineering",
}  # fmt: skip
EXAMPLE = ">>>"


def show_detectors(wanted: str | None, directory: Path | None) -> None:
    """Print the list of detectors, or the page of one; with `directory` write all pages there. ValueError for an unknown id."""
    if directory is not None:
        write_pages(directory)
    elif wanted is not None:
        print(page(detector(wanted)))
    else:
        screen().print(listed())


def detector(wanted: str) -> type[Detector]:
    """The detector of an id."""
    known = {each.id: each for each in DETECTORS}
    if wanted not in known:
        raise ValueError(say("detectors.unknown", id=wanted, known=", ".join(sorted(known))))
    return known[wanted]


def listed() -> Table:
    """One row a detector: id, clause, title, sectors."""
    table = Table(title=say("detectors.title", count=len(DETECTORS)))
    for heading in ("id", "clause", "name", "sectors"):
        table.add_column(say(f"detectors.{heading}"))
    for each in sorted(DETECTORS, key=lambda each: each.id):
        title = each.title_zh if spoken() == "zh" else each.title_en
        table.add_row(*map(Text, (each.id, each.clause, title, ", ".join(each.sectors) or say("detectors.all"))))
    return table


def write_pages(directory: Path) -> None:
    """One Markdown file a detector, and an index; a page of a detector that is no more goes."""
    directory.mkdir(parents=True, exist_ok=True)
    pages = {f"{each.id}.md": page(each) for each in DETECTORS} | {"README.md": index()}
    for old in directory.glob("*.md"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        (directory / name).write_text(text, encoding="utf-8")


def index() -> str:
    """The list of pages."""
    rows = [
        f"| [{each.id}]({each.id}.md) | {each.clause} | {each.title_zh} | {each.title_en} |"
        for each in sorted(DETECTORS, key=lambda each: each.id)
    ]
    head = "# 检测项 · Detectors\n\nWritten by `chuantou detectors --write docs/detectors`.\n\n"
    return head + "| | 条款 clause | 名称 | name |\n| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"


def page(each: type[Detector]) -> str:
    """The page of one detector."""
    text, example = described(each)
    parts = [
        f"# {each.id} {each.title_zh} · {each.title_en}",
        f"**{each.clause}** {clause_text(each.clause, 'zh')}\n\n{clause_text(each.clause, 'en')}",
        "依据 · basis: " + "; ".join(each.legal_basis)
        + "\n\n行业 · sectors: " + (", ".join(each.sectors) or "全部 · all"),
        f"## 定义 · Definition\n\n{definitions()[each.id]}\n\n{text}",
        f"```pycon\n{example}\n```",
        f"## 参数 · Parameters\n\n{parameters(each, load_rule_pack())}",
        "## 预警用语 · What an alert says\n\n" + "\n".join(facts(each.id)),
        f"证据 · evidence: [{each.id}](../evidence.md)",
        f"## 手法与规避（能发现） · The scheme and its evasions, found\n\n{scenes(each.id, lookalikes=False)}",
        f"## 合法相似情形（不报） · Lawful look-alikes that stay silent\n\n{scenes(each.id, lookalikes=True)}",
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def described(each: type[Detector]) -> tuple[str, str]:
    """(what the docstring says, in paragraphs; its executed example)."""
    text = inspect.getdoc(each) or ""
    said, _, example = text.partition(EXAMPLE)
    return re.sub(r"(?<!\n)\n(?!\n)", " ", said.strip()), f"{EXAMPLE}{example}".strip()


@cache
def definitions() -> dict[str, str]:
    """The definitions in Chinese, by id."""
    source = resources.files("chuantou.detectors").joinpath("definitions.yaml")
    return {str(key): str(text) for key, text in yaml.safe_load(source.read_bytes()).items()}


def parameters(each: type[Detector], pack: RulePack) -> str:
    """The rule pack's entries that the detector reads, by date."""
    if not each.parameters:
        return "无 · none: the definition itself is the threshold."
    rows = ["| 键 key | 自 from | 至 to | 值 value | 来源 source |", "| --- | --- | --- | --- | --- |"]
    for key in each.parameters:
        for entry in pack.entries[key]:
            value = yaml.safe_dump(entry.value, default_flow_style=True, allow_unicode=True, width=1_000).removesuffix("\n...\n")
            rows.append(f"| `{key}` | {entry.first} | {entry.last or '–'} | `{value.strip()}` | {meaning(entry.source)} |")
    return f"`{pack.id}`; 金额单位为分 · amounts in fen.\n\n" + "\n".join(rows)


def meaning(mark: str) -> str:
    """A source mark, and what kind of source it is: `L4a` is a statute."""
    kind = mark if mark == "SEED" else mark[:1]
    return f"{mark} ({MARKS[kind]})"


def facts(detector_id: str) -> Iterator[str]:
    """What alerts state, as templates of their values; a detector with several patterns has one each."""
    for key in sorted(facts_of_alerts()):
        if key.partition("/")[0] == detector_id:
            yield f"- {facts_of_alerts()[key]['zh']}\n- {facts_of_alerts()[key]['en']}"


def scenes(detector_id: str, lookalikes: bool) -> str:
    """The scenes of the generated city: its scheme's evasions, or its lawful twins."""
    found = [
        f"- `{name}` {variant.removeprefix(LOOKALIKE)}: {inspect.getdoc(play) or ''}".replace("\n", " ")
        for name, family, variant, play in SCENES
        if family == detector_id and variant.startswith(LOOKALIKE) == lookalikes
    ]
    return "\n".join(found) or "–"
