"""What a change does to the site, as Markdown: ``python -m scripts.summary BEFORE AFTER``.

Both are folders of this repository in which ``make build`` ran. A page's size is that of its HTML,
compressed as servers send it.
"""

from __future__ import annotations

import gzip
import sys
from collections import Counter
from pathlib import Path

from hooks.source import Source, read

HEAD = "| Page | | Citations | Formulas | Size |\n|---|---|---|---|---|"


def pages(folder: Path) -> dict[str, Source]:
    return {source.path: source for source in read(folder)[0]}


def kilobytes(folder: Path, source: Source | None) -> float | None:
    """How large the page is, if it was built."""
    if source is None:
        return None
    page = source.page.removesuffix("index").rstrip("/")
    root = folder / "site" / ("en" if source.language == "en" else "")
    html = root / page / "index.html"
    return len(gzip.compress(html.read_bytes())) / 1000 if html.is_file() else None


def size(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} KB"


def row(path: str, before: Source | None, after: Source | None, sizes: str) -> str:
    def texts(source: Source | None, *kinds: str) -> Counter[str]:
        return Counter(item.text.strip() for item in source.of(*kinds)) if source else Counter()

    def change(*kinds: str) -> dict[str, Counter[str]]:
        old, new = texts(before, *kinds), texts(after, *kinds)
        return {"+": new - old, "−": old - new}

    citations = [
        f"{sign}{key}" + (f" ×{n}" if n > 1 else "")
        for sign, keys in change("citation").items()
        for key, n in sorted(keys.items())
    ]
    totals = {sign: sum(texts.values()) for sign, texts in change("inline", "display").items()}
    formulas = [f"{sign}{total}" for sign, total in totals.items() if total]
    what = "new" if before is None else "removed" if after is None else "changed"
    return f"| `{path}` | {what} | {' '.join(citations)} | {' '.join(formulas)} | {sizes} |"


def summary(before: Path, after: Path) -> str:
    """A table of the pages that differ, and the size of all pages together."""
    old, new = pages(before), pages(after)
    rows, totals = [], [0.0, 0.0]
    for path in sorted(old.keys() | new.keys()):
        pair = old.get(path), new.get(path)
        sizes = [kilobytes(before, pair[0]), kilobytes(after, pair[1])]
        totals = [total + (kb or 0) for total, kb in zip(totals, sizes, strict=True)]
        if pair[0] is None or pair[1] is None or pair[0].text != pair[1].text:
            rows.append(row(path, *pair, " → ".join(map(size, sizes))))
    table = "\n".join([HEAD, *rows]) if rows else "No page's text changed."
    count = f"{len(old)} → {len(new)} pages, {' → '.join(map(size, totals))} of HTML"
    return f"## What changes\n\n{table}\n\n{count}\n"


if __name__ == "__main__":
    print(summary(Path(sys.argv[1]), Path(sys.argv[2])))
