"""The clauses of the plan that alerts rest on (盐城市互联网金融风险专项整治工作实施方案, 2016), by their short reference."""

from functools import cache
from importlib import resources
from typing import Literal, NamedTuple

import yaml


class Clause(NamedTuple):
    """The plan's own words, and what they say in English."""

    zh: str
    en: str


@cache
def clauses() -> dict[str, Clause]:
    """All clauses by reference, ``二(一)1``, in the order of the plan."""
    source = resources.files("chuantou.schemas").joinpath("clauses.yaml")
    return {str(key): Clause(**text) for key, text in yaml.safe_load(source.read_bytes()).items()}


def clause_text(reference: str, language: Literal["zh", "en"]) -> str:
    """What a clause says; KeyError for one that is not there."""
    return str(getattr(clauses()[reference], language))
