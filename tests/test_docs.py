"""What the documents promise is there, and what is there is documented."""

import re
from pathlib import Path

from app.settings import Settings
from tests.conftest import ROOT


def read(name: str) -> str:
    return (ROOT / name).read_text()


def test_every_variable_is_documented() -> None:
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", read("docs/operating.md")))
    assert {name.upper() for name in Settings.model_fields} <= documented


def test_every_link_between_documents_leads_somewhere() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", read("README.md"))) - {"well", "them"} <= targets


def test_app_never_imports_worker() -> None:
    for path in (ROOT / "app").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) worker\b", path.read_text(), re.MULTILINE), path


def test_the_science_does_no_io() -> None:
    """Kinds and the makers' science import nothing of ours that reads or writes; only the pipeline and the language
    model's authors meet the phases."""
    rooms = ("app/kinds", "worker/training", "worker/programs", "worker/plans")
    for path in [path for room in rooms for path in (ROOT / room).glob("*.py")]:
        if path.name in {"pipeline.py", "edit_pipeline.py", "llm.py"}:
            continue
        for name in re.findall(r"^\s*(?:from|import) ((?:app|worker)[\w.]*)", path.read_text(), re.MULTILINE):
            ours = ("app.counts", "app.kinds", "worker.training", "worker.programs", "worker.plans", "worker.errors")
            allowed = name.startswith((*ours, "worker.llm.wording", "worker.llm.briefs"))
            allowed |= name == "worker.llm"  # its wording, by the plain name
            assert allowed, f"{path.relative_to(ROOT)} imports {name}"


def test_no_file_of_ours_is_too_long() -> None:
    for folder in ("app", "worker", "tests", "bench", "static", "templates"):
        for path in Path(ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".js", ".css", ".html"}:
                assert len(path.read_text().splitlines()) <= 400, path
