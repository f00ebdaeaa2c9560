"""Draw figures into the cache: ``python -m figures rlhf/dpo …``."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

from figures import style
from figures.cache import kept

ROOT = Path(__file__).parent.parent


def translator(language: str) -> Callable[[str, str], str]:
    return lambda zh, en: zh if language == "zh" else en


def draw(name: str) -> str | None:
    """Draw one figure in every language; return what went wrong, if anything did."""
    try:
        module = import_module("figures." + name.replace("/", "."))
        for language, path in kept(ROOT, name).items():
            style.save(module.draw(translator(language)), name, path)
    except Exception:
        return f"figures/{name}.py could not be drawn:\n{traceback.format_exc()}"
    return None


if __name__ == "__main__":
    with ProcessPoolExecutor() as pool:
        errors = [error for error in pool.map(draw, sys.argv[1:]) if error]
    print("\n".join(errors), file=sys.stderr)
    sys.exit(bool(errors))
