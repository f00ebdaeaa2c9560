"""The summary of a pull request names what changed on each page."""

from __future__ import annotations

from pathlib import Path

from scripts.summary import summary

PAGE = "# DPO\n\nA loss $x^2$ [@dpo].\n\n$$\ny = 1\n$$\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


def test_pages_citations_formulas_and_sizes(tmp_path: Path) -> None:
    before = {
        "docs/rlhf/dpo.zh.md": PAGE,
        "docs/rlhf/dpo.en.md": PAGE,
        "docs/rlhf/index.en.md": PAGE,
        "site/en/rlhf/dpo/index.html": "<p>",
        "site/en/rlhf/index.html": "<p>",
    }
    after = before | {
        "docs/rlhf/dpo.en.md": PAGE.replace("$x^2$", "$x^3$ and $z$").replace("@dpo", "@ipo"),
        "docs/rlhf/kto.en.md": PAGE,
    }
    del after["docs/rlhf/index.en.md"]
    text = summary(write(tmp_path / "before", before), write(tmp_path / "after", after))
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    assert lines == [
        "| `docs/rlhf/dpo.en.md` | changed | +ipo −dpo | +2 −1 | 0.0 KB → 0.0 KB |",
        "| `docs/rlhf/index.en.md` | removed | −dpo | −2 | 0.0 KB → – |",
        "| `docs/rlhf/kto.en.md` | new | +dpo | +2 | – → – |",
    ]
    assert "3 → 3 pages" in text


def test_nothing_changed(tmp_path: Path) -> None:
    root = write(tmp_path, {"docs/index.zh.md": PAGE})
    assert "No page's text changed." in summary(root, root)
