"""Draws the picture that a link to a page is shown with elsewhere: assets/cards/rlhf/dpo.zh.png.

It is set in the Noto Sans SC of npm, whatever fonts the machine has. A card is kept in
``.cache/cards/`` until its words or how it is drawn change.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from itertools import combinations, groupby, pairwise
from pathlib import Path

import PIL
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from PIL import Image, ImageColor, ImageDraw, ImageFont

from hooks.source import parse_page

FONT = Path(__file__).parents[1] / "node_modules" / "@fontsource-variable" / "noto-sans-sc"
WIDTH, HEIGHT, MARGIN = 1200, 630, 96
ADDRESS = "assets/cards/{}.png"
PAPER, *INKS = "#ffffff", "#1f2328", "#57606a", "#0b5cad"  # as site.css has them by day
INK, GREY, ACCENT = INKS
SHADES = 5  # of each colour, for smooth edges: with the paper, a palette of 16
BOLD, REGULAR = 650, 400
LEADING, BASELINE = 1.3, 0.98  # of a line, as multiples of its size
TOP, BOTTOM = 170, 500  # the title stands between
# What stays in one line: a Latin word or a Chinese character, with the marks that cling to it.
ATOM = re.compile(r" *[（“《]*(?:[^ ⺀-￯“”]+|.)[，。、：；？！）”》]*")
CHINESE = re.compile(r"[一-鿿]{2}")
COLON = re.compile(r"：|: ")

Words = tuple[str, str, str]  # section, title, name of the site
_words: dict[str, Words] = {}  # of each card


@cache
def _slices() -> dict[int, str]:
    """The package cuts the font into a hundred files: which of them has a character."""
    slices = {}
    for name, ranges in json.loads((FONT / "unicode.json").read_text("utf-8")).items():
        for span in ranges.replace("U+", "").split(","):
            first, _, last = span.partition("-")
            for code in range(int(first, 16), int(last or first, 16) + 1):
                slices[code] = f"noto-sans-sc-{name.strip('[]')}-wght-normal.woff2"
    return slices


@cache
def _font(name: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    # the basic layout, because the other one depends on a library of the machine
    font = ImageFont.truetype(FONT / "files" / name, size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font


def _runs(text: str, size: int, weight: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    for name, run in groupby(text, lambda letter: _slices()[ord(letter)]):
        yield "".join(run), _font(name, size, weight)


@cache
def measure(text: str, size: int, weight: int) -> float:
    return sum(font.getlength(run) for run, font in _runs(text, size, weight))


def lines(text: str, size: int, weight: int) -> list[str]:
    """``text`` in as few lines as can hold it, about equally long, with few Chinese words cut."""
    atoms = ATOM.findall(text)
    room = max([WIDTH - 2 * MARGIN, *(measure(atom, size, weight) for atom in atoms)])
    for count in range(len(atoms)):
        fitting = []
        for cuts in combinations(range(1, len(atoms)), count):
            edges = pairwise([0, *cuts, len(atoms)])
            found = ["".join(atoms[start:end]).lstrip() for start, end in edges]
            widest = max(measure(row, size, weight) for row in found)
            cut = sum(bool(CHINESE.fullmatch(a[-1] + b[0])) for a, b in pairwise(found))
            if widest <= room:
                fitting.append((widest + 3 * size * cut, found))
        if fitting:
            return min(fitting)[1]
    return []


def rows(title: str) -> list[tuple[str, int, int]]:
    """The lines of ``title``, each with its size and weight: as large as there is room."""
    name, *rest = COLON.split(title, maxsplit=1)  # the rest explains the name
    for size in (76, 64, 52, 44):
        small = size * 5 // 8
        found = [(row, size, BOLD) for row in lines(name, size, BOLD)]
        found += [(row, small, REGULAR) for text in rest for row in lines(text, small, REGULAR)]
        if sum(size * LEADING for _, size, _ in found) <= BOTTOM - TOP:
            break
    return found


def _palette() -> list[int]:
    """The paper, then the shades of each ink on it."""
    paper, *inks = map(ImageColor.getrgb, (PAPER, *INKS))
    palette = list(paper)
    for ink in inks:
        for shade in range(1, SHADES + 1):
            palette += [p + (c - p) * shade // SHADES for p, c in zip(paper, ink, strict=True)]
    return palette


def draw(words: Words) -> Image.Image:
    section, title, site = words
    card = Image.new("P", (WIDTH, HEIGHT))
    card.putpalette(_palette())

    def write(text: str, top: float, size: int, weight: int, colour: str) -> float:
        """Write a line and return where the next one begins."""
        line = Image.new("L", (WIDTH, round(size * LEADING)))
        x = float(MARGIN)
        for run, font in _runs(text, size, weight):
            place = (x, size * BASELINE)
            ImageDraw.Draw(line).text(place, run, 255, font, anchor="ls")
            x += font.getlength(run)
        first = SHADES * INKS.index(colour)
        shades = [round(black * SHADES / 255) for black in range(256)]
        card.paste(line.point([shade and first + shade for shade in shades]), (0, round(top)))
        return top + size * LEADING

    write(section, MARGIN - 12, 36, BOLD, ACCENT)
    top: float = TOP
    for text, size, weight in rows(title):
        top = write(text, top, size, weight, INK)
    write(site, HEIGHT - MARGIN - 36, 32, REGULAR, GREY)
    return card


def _png(words: Words) -> bytes:
    file = io.BytesIO()
    draw(words).save(file, "PNG", optimize=True)
    return file.getvalue()


def on_page_context(
    context: dict[str, object], page: Page, config: MkDocsConfig, nav: Navigation
) -> None:
    if sys.modules["hooks/preview.py"].serving:
        return
    if not FONT.is_dir():
        raise Abort(f"The site was not built: {FONT} is missing. Run `make build`.")
    words = (page.parent.title if page.parent else "", page.title or "", config.site_name)
    if page.meta.get("template") == "home.html":
        colon, comma = "：、" if config.theme["language"] == "zh" else (": ", ", ")
        sections = comma.join(item.title for item in nav if item.is_section)
        words = ("", f"{config.site_name}{colon}{sections}", "")
    for letter in "".join(words):
        if ord(letter) not in _slices():
            source = parse_page(page)
            message = (
                f"The picture for link previews cannot show {letter!r}: its font has no such "
                "character. Write the title or the name of the section without it."
            )
            raise PluginError(str(source.problem(max(0, source.text.find(letter)), message)))
    context["card"] = ADDRESS.format(page.file.src_uri.removesuffix(".md"))
    _words[str(context["card"])] = words


@event_priority(-200)  # when i18n has built both languages
def on_post_build(config: MkDocsConfig) -> None:
    if config.plugins["i18n"].building:
        return
    cache = Path(config.config_file_path).parent / ".cache" / "cards"
    cache.mkdir(parents=True, exist_ok=True)
    how = [Path(__file__).read_text("utf-8"), (FONT / "package.json").read_text("utf-8")]
    for address, words in _words.items():
        key = sha256(repr((words, how, PIL.__version__)).encode()).hexdigest()[:16]
        kept = cache / f"{key}.png"
        if not kept.exists():
            kept.write_bytes(_png(words))
        target = Path(config.site_dir) / address
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept, target)
