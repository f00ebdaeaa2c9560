"""Where drawn figures are kept, named by everything they are drawn from."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

LANGUAGES = ("zh", "en")
SHARED = ("__init__.py", "__main__.py", "cache.py", "style.py")


def names(root: Path) -> list[str]:
    """All figures there are: ``rlhf/dpo`` for ``figures/rlhf/dpo.py``."""
    folder = root / "figures"
    scripts = sorted(folder.glob("*/*.py"))
    return [
        p.relative_to(folder).with_suffix("").as_posix() for p in scripts if p.stem != "__init__"
    ]


@lru_cache(maxsize=1)
def _ground(root: Path, stamp: float) -> bytes:
    """What every figure depends on: the library, the style and lab."""
    digest = sha256(f"{version('matplotlib')} {version('numpy')}".encode())
    paths = [root / "figures" / name for name in SHARED] + sorted((root / "lab").rglob("*.py"))
    for path in paths:
        digest.update(path.read_bytes())
    return digest.digest()


def kept(root: Path, name: str, language: str) -> Path:
    """The file that holds the drawing of ``name`` in ``language``, whether or not it is there yet."""
    newest = max(path.stat().st_mtime for path in (root / "lab").rglob("*.py"))
    newest = max(newest, *((root / "figures" / shared).stat().st_mtime for shared in SHARED))
    script = (root / "figures" / f"{name}.py").read_bytes()
    digest = sha256(_ground(root, newest) + script).hexdigest()[:16]
    return root / ".cache" / "figures" / f"{name}.{language}.{digest}.svg"


def missing(root: Path) -> list[str]:
    """The figures whose drawing is not kept, or no longer true."""
    return [
        name
        for name in names(root)
        if not all(kept(root, name, lang).exists() for lang in LANGUAGES)
    ]
