"""Builds the last commit twice, in other places, time zones and locales, and compares every byte."""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLACES = {
    "here": {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    "somewhere/else entirely": {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "2"},
}


def build(folder: Path, environment: dict[str, str]) -> Path:
    """The site of the last commit, built in ``folder`` with nothing kept from earlier builds."""
    folder.mkdir(parents=True)
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    variables = {**os.environ, **environment, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(command, cwd=folder, env=variables, check=True)
    return folder / "site"


def files(site: Path) -> set[Path]:
    return {path.relative_to(site) for path in site.rglob("*") if path.is_file()}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, other = (build(Path(folder) / place, env) for place, env in PLACES.items())
        wrong = [f"only in one build: {path}" for path in sorted(files(one) ^ files(other))]
        wrong += [
            f"differs: {path}"
            for path in sorted(files(one) & files(other))
            if not filecmp.cmp(one / path, other / path, shallow=False)
        ]
        count = len(files(one))
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"Two builds of the last commit are equal in all {count} files.")


if __name__ == "__main__":
    main()
