"""The pages of the detectors say what the code does, and the ones in docs/ are those that would be written now."""

import ast
import inspect
from pathlib import Path

import pytest

from chuantou.console.detector_pages import definitions, described, facts, page, write_pages
from chuantou.console.main import main
from chuantou.detectors.contract import Detector
from chuantou.detectors.registry import DETECTORS
from chuantou.schemas.clauses import clauses
from chuantou.schemas.rules import load_rule_pack

PAGES = Path(__file__).parents[2] / "docs" / "detectors"


def test_the_pages_in_docs_are_those_of_this_code(tmp_path: Path) -> None:
    (tmp_path / "GONE-01.md").write_text("a detector that is no more", encoding="utf-8")
    write_pages(tmp_path)
    written, kept = ({path.name: path.read_text("utf-8") for path in sorted(place.iterdir())} for place in (tmp_path, PAGES))
    assert written == kept, "chuantou detectors --write docs/detectors"


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_a_page_has_everything(detector: type[Detector]) -> None:
    assert detector.clause in clauses()
    assert len(definitions()[detector.id]) > 40
    assert all(described(detector)) and list(facts(detector.id)) and detector.legal_basis
    assert "lookalike:" not in page(detector)


def test_no_definition_is_left_of_a_detector_that_is_gone() -> None:
    assert set(definitions()) == {detector.id for detector in DETECTORS}


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_every_parameter_that_a_detector_names_is_on_its_page(detector: type[Detector]) -> None:
    known = load_rule_pack().entries
    tree = ast.parse(Path(inspect.getfile(detector)).read_text("utf-8"))
    named = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert named & known.keys() <= set(detector.parameters) <= known.keys()


def test_one_page_is_printed_and_an_unknown_detector_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detectors", "P2P-02"]) == 0
    assert "借新还旧" in capsys.readouterr().out
    assert main(["--lang", "en", "detectors", "P2P-99"]) == 1
    assert "no detector P2P-99" in capsys.readouterr().err
