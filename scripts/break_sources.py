"""Damages a copy of the sources in typical ways, one after the other, and says what caught each.

A check counts only if the undamaged copy passes it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from queue import SimpleQueue

from scripts.damages import DAMAGES, PYTEST, Check, Damage

ROOT = Path(__file__).parent.parent
# Python files change within a second here: what was compiled of them would be stale.
ENVIRONMENT = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1"}

copies: SimpleQueue[Path] = SimpleQueue()  # of the sources, each for one damage at a time


def copy(folder: Path) -> Path:
    """What Git knows of the checkout, as it is there now, beside what was installed and drawn."""
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, names.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    if (ROOT / ".cache").is_dir():
        shutil.copytree(ROOT / ".cache", folder / ".cache")
    return folder


def run(command: tuple[str, ...], folder: Path) -> str | None:
    """What ``command`` says against the sources in ``folder``; nothing if they pass."""
    result = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    return result.stdout + result.stderr if result.returncode else None


@contextmanager
def borrowed() -> Iterator[Path]:
    folder = copies.get()
    try:
        yield folder
    finally:
        copies.put(folder)


def undamaged(checks: list[Check]) -> str | None:
    """What any check says against the sources as they are, all tests in one go."""
    commands = dict.fromkeys(command for check in checks for command in check.commands)
    tests = [command[len(PYTEST) :] for command in commands if command[: len(PYTEST)] == PYTEST]
    others = [command for command in commands if command[: len(PYTEST)] != PYTEST]
    together = [(*PYTEST, *chain(*tests))] if tests else []
    with borrowed() as folder:
        for command in others + together:
            if output := run(command, folder):
                return output
    return None


def caught(damage: Damage) -> tuple[str, float]:
    """Which check saw the damage and what it said, and after how many seconds."""
    with borrowed() as folder:
        path = folder / damage.path
        text = path.read_text("utf-8")
        path.write_text(damage.apply(text), "utf-8")
        start = time.perf_counter()
        try:
            for check, command in [(c, command) for c in damage.checks for command in c.commands]:
                if output := run(command, folder):
                    said = check.complaint.search(output) or [output.strip()[-100:]]
                    return f"{check.name}: {said[0]}", time.perf_counter() - start
            return "", time.perf_counter() - start
        finally:
            path.write_text(text, "utf-8")


def main() -> int:
    for damage in DAMAGES:
        text = (ROOT / damage.path).read_text("utf-8")
        if damage.apply(text) == text:
            print(f"{damage.path} has nothing to damage for {damage.what!r}. Correct its pattern.")
            return 1
    workers = min(os.cpu_count() or 1, 4)
    missed = 0
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(workers) as pool:
        for i in range(workers):
            copies.put(copy(Path(name) / str(i)))
        if wrong := undamaged([check for damage in DAMAGES for check in damage.checks]):
            print(f"The undamaged sources do not pass, so nothing can be said:\n{wrong}")
            return 1
        print("| Damage | Where | Caught by | Seconds |\n|---|---|---|---|")
        for damage, (by, seconds) in zip(DAMAGES, pool.map(caught, DAMAGES), strict=True):
            missed += not by
            shown = " ".join(by.split()).replace("|", r"\|")[:120] or "**nothing**"
            print(f"| {damage.what} | {damage.path} | {shown} | {seconds:.1f} |", flush=True)
    print(f"\n{len(DAMAGES) - missed} of {len(DAMAGES)} damages were caught.")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
