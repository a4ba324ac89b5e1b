"""The rooms of the worker: makers never import each other, and what two of them need lies below both."""

import ast
from pathlib import Path

import pytest

WORKER = Path(__file__).parents[2] / "worker"
MAKERS = {"books", "courses", "plans", "programs"}


def imported(path: Path) -> set[str]:
    """The rooms of ours that a module imports from."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name.split(".")[1] for name in found if name.startswith("worker.") and name.count(".")}


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_a_maker_imports_no_other(maker: str) -> None:
    for path in (WORKER / maker).glob("*.py"):
        assert not imported(path) & (MAKERS - {maker}), path.name


def test_the_science_of_training_imports_no_maker() -> None:
    modules = list((WORKER / "training").glob("*.py"))
    assert len(modules) > 20
    for path in modules:
        assert not imported(path) & MAKERS, path.name
