"""Start a page: ``python -m scripts.new_page rag/foo``, or ``make new PAGE=rag/foo``.

Writes the page in both languages, its code, test and figure from ``scripts/templates/``, and adds it
to the navigation. Each TODO says what to write; `make check` lists those that are left.
"""

from __future__ import annotations

import datetime
import keyword
import re
import sys
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
FILES = {
    "page.zh.md": "docs/PAGE.zh.md",
    "page.en.md": "docs/PAGE.en.md",
    "lab.txt": "lab/PAGE.py",
    "test.txt": "tests/lab/SECTION/test_NAME.py",
    "figure.txt": "figures/PAGE.py",
}
WORDS = re.compile(r"PAGE|SECTION|MODULE|NAME|ID\b|TODAY")


def with_page(config: str, page: str) -> str:
    """mkdocs.yml with ``page`` after the last one of its section."""
    section = page.partition("/")[0]
    listed = list(re.finditer(rf"^( +- ){section}/\w+\.md\n", config, re.M))
    if not listed:
        raise ValueError(f"No page of {section}/ is in nav of mkdocs.yml. Add the section there.")
    end = listed[-1].end()
    return f"{config[:end]}{listed[-1][1]}{page}.md\n{config[end:]}"


def new_page(root: Path, page: str) -> list[str]:
    """Write everything that ``page`` needs; return the names of the files."""
    section, _, name = page.partition("/")
    if not re.fullmatch(r"[a-z]+/[a-z][a-z0-9_]{0,29}", page) or keyword.iskeyword(name):
        raise ValueError(
            f"{page!r} cannot be a page's name. Write section/name in small letters, digits and "
            "underscores, 30 at most: make new PAGE=rag/foo"
        )
    values = {
        "PAGE": page,
        "SECTION": section,
        "MODULE": page.replace("/", "."),
        "NAME": name,
        "ID": name.replace("_", "-"),
        "TODAY": datetime.date.today().isoformat(),
    }

    def fill(text: str) -> str:
        return WORDS.sub(lambda word: values[word[0]], text)

    config = with_page((root / "mkdocs.yml").read_text("utf-8"), page)
    texts = {
        fill(target): fill((TEMPLATES / template).read_text("utf-8"))
        for template, target in FILES.items()
    }
    if there := [target for target in texts if (root / target).exists()]:
        raise ValueError(f"{', '.join(there)} is there already. Choose another name.")
    for target, text in texts.items():
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        (root / target).write_text(text, "utf-8")
    (root / "mkdocs.yml").write_text(config, "utf-8")
    return [*texts, "mkdocs.yml"]


if __name__ == "__main__":
    try:
        written = new_page(Path.cwd(), sys.argv[1])
    except ValueError as error:
        sys.exit(str(error))
    print("Written, for you to fill in:", *written, sep="\n  ")
    print("make check lists each TODO that is left in them.")
