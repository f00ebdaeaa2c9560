"""Formulas become MathML when the site is built: readers need no script for them.

pymdownx.arithmatex finds them, math-core converts them, and the font that draws them is cut down
to the glyphs the site uses.
"""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from collections import Counter
from functools import cache
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path

import yaml
from math_core import LatexError, LatexToMathML
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page

from hooks.source import parse_page

MACROS: dict[str, str] = yaml.safe_load(Path(__file__).with_name("macros.yml").read_text("utf-8"))
ARITHMATEX = re.compile(
    r'(?P<before>[（(“「]?)<(?P<tag>span|div) class="arithmatex">\\[(\[](?P<latex>.*?)\\[)\]]</(?P=tag)>'
    r"(?P<after>[，。、；：？！）”」,.;:?!)]*)",
    re.S,
)
# Browsers stretch the parenthesis of \big(x\big)^2 only in a row of its own.
SIZED_BASE = re.compile(r"(<m(?:sup|sub|subsup)>)(<mo [^>]*minsize=[^>]*>[^<]*</mo>)")
# A condition, p(y∣x), is written with the bar, not with the sign that is read out as "divides".
DIVIDES = re.compile(r"<mo([^>]*)>∣</mo>")
COPY = {"zh": "复制 LaTeX", "en": "Copy LaTeX"}
# A variable, <mi>x</mi>, is drawn with the italic letter of the mathematical alphabet.
VARIABLE = re.compile(r"<mi>([^<])</mi>")
ITALIC = {
    chr(int(unicodedata.decomposition(letter).split()[1], 16)): letter
    for letter in map(chr, (*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C)))
    if unicodedata.decomposition(letter)
}
ITALIC["h"] = "ℎ"  # Planck's constant has its place elsewhere
MATHML_TEXT = re.compile(r"<m(?:i|o|n|text)[^>]*>([^<]+)<")

LONGEST = 4000  # characters: deeper nesting than these can hold overflows the converter's stack
DEFINES = re.compile(r"\\(?:def|let|(?:re)?newcommand|newenvironment|providecommand)(?![A-Za-z])")
LONG = 19  # columns: an inline formula that, widely spaced, may be wider than the smallest phone

# Characters that browsers draw on their own account: radicals, accents, stretched fences, primes.
ALWAYS = "√‾ˆ˜¯˙¨→←()[]{}|‖⟨⟩⌊⌋⌈⌉∑∏∫⏞⏟⎴⎵′″‴−=+<>,. "

_converter = LatexToMathML(
    macros=MACROS, annotation=True, allow_unreliable_rendering=True, fancy_error=False
)
_glyphs: set[str] = set(ALWAYS)


def expand(latex: str) -> str:
    """``latex`` with this site's macros written out, so that a copy works anywhere."""
    names = "|".join(sorted(MACROS, key=len, reverse=True))
    return re.sub(rf"\\({names})(?![A-Za-z])", lambda m: MACROS[m[1]], latex)


@cache
def mathml(latex: str, display: bool) -> str:
    """The MathML of one formula.

    Raises:
        ValueError: (offset in ``latex``, reason) if it does not compile.
    """
    if len(latex) > LONGEST:
        raise ValueError(0, f"It has more than {LONGEST} characters. Divide it.")
    if match := DEFINES.search(latex):
        raise ValueError(match.start(), f"{match[0]} stands in hooks/macros.yml only.")
    try:
        result = _converter.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        offset, _, reason = str(error).partition(": ")
        raise ValueError(int(offset) if offset.isdigit() else 0, reason or str(error)) from None
    result = SIZED_BASE.sub(r"\1<mrow>\2</mrow>", result)
    result = DIVIDES.sub(_bar, result)
    annotation = '<annotation encoding="application/x-tex">'
    head, _, _ = result.rpartition(annotation)
    tail = html.escape(expand(latex), quote=False) + "</annotation></semantics></math>"
    return head + annotation + tail


def on_page_content(content: str, page: Page, config: MkDocsConfig, files: object) -> str:
    label = COPY[config.theme["language"]]
    rendered: Counter[str] = Counter()

    def convert(match: re.Match[str]) -> str:
        display = match["tag"] == "div"
        latex = html.unescape(match["latex"]).strip()
        rendered[_bare(latex)] += 1
        try:
            result = mathml(latex, display)
        except ValueError as error:  # only while previewing: a build has refused it before
            return f'<code class="formula-error">{match["latex"]}: {error.args[1]}</code>'
        _glyphs.update(*MATHML_TEXT.findall(html.unescape(VARIABLE.sub("", result))))
        _glyphs.update(ITALIC.get(letter, letter) for letter in VARIABLE.findall(result))
        if not display:
            result = f"{match['before']}{result}{match['after']}"
            # a comma after a formula must not begin the next line
            kinds = ["nobreak"] * bool(match["before"] or match["after"])
            kinds += ["formula-long"] * (_columns(result) > LONG)
            return f'<span class="{" ".join(kinds)}">{result}</span>' if kinds else result
        button = f'<button type="button" class="copy" title="{label}"></button>'
        return f'<div class="formula">{result}{button}</div>'

    content = ARITHMATEX.sub(convert, content)
    _refuse_unrendered(page, rendered)
    return content


def _refuse_unrendered(page: Page, rendered: Counter[str]) -> None:
    """Refuse a formula of the page's source that is not among those that were ``rendered``."""
    source = parse_page(page)
    for item in source.of("inline", "display"):
        rendered[_bare(item.text)] -= 1
        if rendered[_bare(item.text)] < 0:
            message = (
                f"The formula {item.text.strip()!r} stays unrendered here. In a table write \\mid or "
                "\\vert for |; in a list indent a displayed formula by four spaces."
            )
            sys.modules["hooks/preview.py"].refuse(source.problem(item.start, message))


def _bar(match: re.Match[str]) -> str:
    space = match[1] or ' lspace="0.2778em" rspace="0.2778em"'  # as around a relation
    return f'<mo stretchy="false"{space}>|</mo>'


def _columns(result: str) -> int:
    text = html.unescape("".join(MATHML_TEXT.findall(result)))
    return sum(1 + (unicodedata.east_asian_width(letter) == "W") for letter in text)


def _bare(latex: str) -> str:
    return re.sub(r"\s+", "", latex)


def _font(glyphs: str, cache: Path) -> bytes:
    """STIX Two Math with only ``glyphs``, their variants and the stretched forms, as WOFF2.

    Without hints and without the forms for small sizes ("ssty"): browsers use neither, and they
    are more than half of the file.
    """
    kept = cache / f"math-slim-{sha256(glyphs.encode()).hexdigest()[:16]}.woff2"
    if not kept.exists():
        from fontTools import subset  # slow to import, and make check needs none of it
        from fontTools.ttLib import TTFont

        options = subset.Options(flavor="woff2", layout_features=["dtls", "flac"])
        options.notdef_outline = True
        options.hinting = False
        with as_file(files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf") as path:
            font = TTFont(path, recalcTimestamp=False)
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=glyphs)
        subsetter.subset(font)
        cache.mkdir(parents=True, exist_ok=True)
        subset.save_font(font, str(kept), options)
    return kept.read_bytes()


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    if config.plugins["i18n"].building:
        return
    target = Path(config.site_dir) / "assets" / "fonts" / "stix-two-math.woff2"
    target.parent.mkdir(parents=True, exist_ok=True)
    cache = Path(config.config_file_path).parent / ".cache"
    target.write_bytes(_font("".join(sorted(_glyphs)), cache))
