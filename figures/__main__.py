"""Draw figures into the cache: ``python -m figures rlhf/dpo …``."""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

from matplotlib.figure import Figure

from figures import style
from figures.cache import kept

ROOT = Path(__file__).parent.parent
LONGEST = 120  # seconds


def translator(language: str) -> Callable[[str, str], str]:
    return lambda zh, en: zh if language == "zh" else en


def stop(*_: object) -> None:
    raise TimeoutError(f"it took more than {LONGEST} s")


def told(name: str, error: BaseException) -> str:
    """What went wrong, and the last line of a figure's script or of lab in which it did."""
    path, line = ROOT / "figures" / f"{name}.py", 1
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        if file.is_relative_to(ROOT / "lab") or file.is_relative_to(path.parent):
            path, line = file, frame.lineno or 1
    if isinstance(error, SyntaxError) and error.filename:
        path, line = Path(error.filename), error.lineno or 1
    place = f"{path.relative_to(ROOT).as_posix()}:{line}:1"
    reason = f"{type(error).__name__}: {error}"
    return f"{place}: {reason}. Correct it: the figure {name} could not be drawn."


def draw(name: str) -> str | None:
    """Draw one figure in every language; return what went wrong, if anything did."""
    try:
        if hasattr(signal, "SIGALRM"):  # not on Windows
            signal.signal(signal.SIGALRM, stop)
            signal.alarm(LONGEST)
        module = import_module("figures." + name.replace("/", "."))
        for language, path in kept(ROOT, name).items():
            drawing = module.draw(translator(language))
            if not isinstance(drawing, Figure):
                raise TypeError(f"draw(t) returned {type(drawing).__name__}, not a figure")
            style.save(drawing, name, path)
    except (Exception, SystemExit) as error:
        return told(name, error)
    finally:
        if hasattr(signal, "SIGALRM"):
            signal.alarm(0)
    return None


if __name__ == "__main__":
    with ProcessPoolExecutor() as pool:
        errors = [error for error in pool.map(draw, sys.argv[1:]) if error]
    print("\n".join(errors), file=sys.stderr)
    sys.exit(bool(errors))
