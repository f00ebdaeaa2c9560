"""Where drawn figures are kept, named by everything they are drawn from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

LANGUAGES = ("zh", "en")


def names(root: Path) -> list[str]:
    """All figures there are: ``rlhf/dpo`` for ``figures/rlhf/dpo.py``."""
    folder = root / "figures"
    scripts = sorted(folder.glob("*/*.py"))
    return [
        path.relative_to(folder).with_suffix("").as_posix()
        for path in scripts
        if path.stem != "__init__"
    ]


@cache
def _imports(path: Path, changed: float) -> list[str]:
    """The modules of this repository that a file imports; ``changed`` is its date."""
    found = []
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError:  # drawing it will say where
        return []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return [name for name in found if name.split(".")[0] in ("lab", "figures")]


def _sources(root: Path, path: Path, seen: set[Path]) -> Iterator[Path]:
    """``path`` and all files of the repository that it is computed with."""
    seen.add(path)
    yield path
    for name in _imports(path, path.stat().st_mtime):
        module = root / Path(*name.split(".")).with_suffix(".py")
        if module.is_file() and module not in seen:
            yield from _sources(root, module, seen)


def kept(root: Path, name: str) -> dict[str, Path]:
    """For each language the file with the drawing of ``name``, whether or not it is there yet."""
    digest = sha256(f"{version('matplotlib')} {version('numpy')}".encode())
    for path in _sources(root, root / "figures" / f"{name}.py", set()):
        digest.update(path.read_bytes())
    folder = root / ".cache" / "figures"
    return {
        language: folder / f"{name}.{language}.{digest.hexdigest()[:16]}.svg"
        for language in LANGUAGES
    }
