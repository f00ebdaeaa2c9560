"""The look of every figure: sized for a phone, coloured by the page's style sheet."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Each colour is drawn as a mark that the page's CSS variable replaces, so that it can differ
# between light and dark. BLUE … PURPLE are told apart by colour-blind readers too.
INK, FAINT = "#010101", "#020202"
BLUE, ORANGE, GREEN, RED, PURPLE, GREY = (f"#0{i}0{i}0{i}" for i in range(3, 9))
CYCLE = [BLUE, ORANGE, GREEN, RED, PURPLE, GREY]
VARIABLES = {
    INK: "currentColor",
    FAINT: "var(--figure-faint)",
    **{colour: f"var(--figure-{i})" for i, colour in enumerate(CYCLE, 1)},
}

mpl.use("svg")
mpl.rcParams.update(
    {
        "svg.fonttype": "none",  # text stays text: small, searchable, in the reader's own font
        "svg.hashsalt": "llm-interview-notes",
        "text.parse_math": False,  # write β, π or x², not $…$: pages load no maths font for figures
        "font.size": 10,
        "axes.titlesize": 10,
        "axes.edgecolor": FAINT,
        "axes.grid": True,
        "axes.labelcolor": INK,
        "axes.prop_cycle": mpl.cycler(color=CYCLE),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": INK,
        "axes.unicode_minus": True,
        "grid.color": FAINT,
        "grid.linewidth": 0.5,
        "legend.frameon": False,
        "legend.labelcolor": INK,
        "lines.linewidth": 1.6,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
        "savefig.transparent": True,
    }
)


def figure(
    rows: int = 1, columns: int = 1, height: float = 3.0, **options: object
) -> tuple[Figure, list[Axes]]:
    """A figure as wide as a phone (5.4 in ≈ 390 px) and ``height`` inches tall, with its axes."""
    drawing = Figure(figsize=(5.4, height), layout="constrained")
    axes = drawing.subplots(rows, columns, squeeze=False, **options)
    return drawing, list(axes.flat)


def _power(match: re.Match[str]) -> str:
    """Matplotlib's label of a logarithmic axis, 10^{-3}, in plain characters."""
    return f"10{match[1].translate(str.maketrans('0123456789-−', '⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻'))}"


def svg(drawing: Figure, name: str) -> str:
    """``drawing`` as SVG to stand inside a page: no fonts, no colours, no ids of its own."""
    buffer = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        drawing.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg ") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.S)
    text = re.sub(r"\$\\mathdefault\{10\^\{([-−\d]+)\}\}\$", _power, text)
    text = re.sub(r" font-family: [^;\"]*;", "", text)
    text = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", text)
    text = re.sub(r"<style.*?</style>\s*", "", text, flags=re.S)
    prefix = name.replace("/", "-")
    used = set(re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", text))
    text = re.sub(
        r' id="([^"]+)"', lambda m: f' id="{prefix}-{m[1]}"' if m[1] in used else "", text
    )
    text = re.sub(r"(url\(#|href=\"#)", rf"\g<1>{prefix}-", text)
    # in positions a hundredth of a point is below what screens show; labels stay as they are
    text = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\.\d\d)\d+", r"\1", tag[0]), text)
    for mark, variable in VARIABLES.items():
        text = text.replace(mark, variable)
    text = re.sub(r' (?:width|height)="[\d.]+pt"', "", text, count=2)
    text = re.sub(r' (?:xmlns(?::xlink)?|version)="[^"]*"', "", text).replace("xlink:href", "href")
    text = re.sub(r"\s*\n([LCQMz])", r"\1", text)
    return re.sub(r"\s*\n\s*", "\n", text)


def save(drawing: Figure, name: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg(drawing, name), "utf-8")
