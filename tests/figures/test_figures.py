"""Figures show what lab computes: no series of numbers is written into a figure by hand."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

FIGURES = Path(__file__).parents[2] / "figures"
NAMES = [path.relative_to(FIGURES).as_posix() for path in sorted(FIGURES.glob("*/*.py"))]
DIAGRAMS = {"rag/pipeline.py"}  # nothing is measured in them
SERIES = {"plot", "semilogx", "semilogy", "loglog", "step", "bar", "barh", "scatter", "stem"}
MEASURED = "MEASURED"  # what a source measured, cited where it stands


def written_by_hand(node: ast.expr, values: dict[str, ast.expr]) -> bool:
    """Whether ``node`` is a list of numbers, by itself, by its name, or in ``np.array``."""
    match node:
        case ast.List() | ast.Tuple():
            return len(node.elts) > 2 and all(
                isinstance(element, ast.Constant | ast.UnaryOp) for element in node.elts
            )
        case ast.Call(func=ast.Attribute(attr="array" | "asarray")):
            return written_by_hand(node.args[0], values)
        case ast.Name(id=name):
            return name != MEASURED and name in values and written_by_hand(values[name], {})
    return False


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_is_computed(name: str) -> None:
    tree = ast.parse((FIGURES / name).read_text("utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert name in DIAGRAMS or any(str(module).startswith("lab.") for module in modules)
    values = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=method), args=[_, y, *_]) if method in SERIES:
                assert not written_by_hand(y, values), (
                    f"figures/{name}:{node.lineno}: compute {ast.unparse(y)} with lab, or call it "
                    f"{MEASURED} and cite its source"
                )
