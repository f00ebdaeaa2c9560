"""Figures: names that lead elsewhere, scripts that fail, return nothing, print, or never end."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.bad_input.conftest import Project, insert

HERE = "docs/dpo.en.md:20:1: "
NAMED = HERE + "A figure is named by section and name: ![…](figure:rlhf/dpo)"
CASES = {
    "nobody draws": (
        insert("![A curve](figure:none/such)"),
        HERE + "There is no figures/none/such.py. Write it or correct the name.",
    ),
    "without a description": (
        insert("![](figure:rlhf/dpo)"),
        HERE + "This figure has no description.",
    ),
    "of another folder": (insert("![A curve](figure:../lab/rlhf/dpo)"), NAMED),
    "of the whole machine": (insert("![A curve](figure:/etc/passwd)"), NAMED),
    "the package's own": (insert("![A curve](figure:style)"), NAMED),
    "with an ending": (insert("![A curve](figure:rlhf/dpo.py)"), NAMED),
}
HEAD = "from figures.style import figure\n\n\ndef draw(t):\n"
SCRIPTS = {
    "raises": (HEAD + "    return 1 / 0\n", "figures/raises/one.py:5:1: ZeroDivisionError: "),
    "fails_in_lab": (
        "from lab.bad import f\n\n\ndef draw(t):\n    return f()\n",
        "lab/bad.py:2:1: KeyError: 'x'. Correct it: the figure fails_in_lab/one could not be drawn.",
    ),
    "returns_nothing": (
        HEAD + "    figure()\n",
        "figures/returns_nothing/one.py:1:1: TypeError: draw(t) returned NoneType, not a figure.",
    ),
    "has_no_draw": ("x = 1\n", "figures/has_no_draw/one.py:1:1: AttributeError: "),
    "is_no_python": ("x = 1\ndef draw(t:\n", "figures/is_no_python/one.py:2:1: SyntaxError: "),
    "imports_nothing": (
        "import nosuch\n",
        "figures/imports_nothing/one.py:1:1: ModuleNotFoundError",
    ),
    "exits": (HEAD + "    raise SystemExit(0)\n", "figures/exits/one.py:5:1: SystemExit: 0."),
    "never_ends": (
        HEAD + "    while True:\n        t('', '')\n",
        "TimeoutError: it took more than 5 s.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_figure(project: Project, name: str) -> None:
    project.refuses(*CASES[name])


def test_scripts_that_fail(project: Project) -> None:
    """All at once, as starting Matplotlib takes its time; one that prints hinders nobody."""
    for name in ("figures", "lab"):
        project.own(name)
    project.replace("figures/__main__.py", "LONGEST = 120", "LONGEST = 5")
    project.write("lab/bad.py", "def f():\n    return {}['x']\n")
    for name, (script, _) in SCRIPTS.items():
        project.write(f"figures/{name}/one.py", script)
    project.write("figures/prints/one.py", HEAD + "    print('x' * 9)\n    return figure()[0]\n")
    (project.folder / ".cache" / "figures").unlink(missing_ok=True)
    names = [f"{name}/one" for name in [*SCRIPTS, "prints"]]
    result = subprocess.run(
        [sys.executable, "-m", "figures", *names],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    lines = result.stderr.strip().split("\n")
    for _, message in SCRIPTS.values():
        assert any(message in line for line in lines), result.stderr
    drawn = (project.folder / ".cache" / "figures").rglob("*.svg")
    assert {path.parent.name for path in drawn} == {"prints"}
