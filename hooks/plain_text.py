"""A piece of a page as plain text, with its formulas in a line: ``π_ref(y ∣ x)``, ``e^(r/β)``."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

MATH = re.compile(r"<math.*?</math>", re.S)
FURNITURE = re.compile(r'<sup id="fnref[^"]*">.*?</sup>|<button.*?</button>', re.S)
TAG = re.compile(r"<[^>]+>")
ENTITY = re.compile(r"&(?!lt;|gt;|amp;|quot;)\w+;")  # those that XML does not know
ACCENTS = {"^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "¯": "\u0304", "‾": "\u0304"}
RAISED = set("′″*∗⋆†⊤")  # these need no ^
SPACED = set("=≈≤≥<>∝∣∼→+")
INVISIBLE = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064\ufe00\ufe01"))
SOFT = "\u200a"  # a space that only parts letters: π_ref e^x, but π_ref(x)
LOOSE = re.compile(rf"(?<=[(\[]) +| +(?=[)\],.;:/])|{SOFT}(?!\w)")


def _group(text: str) -> str:
    text = text.strip().removesuffix(SOFT)
    alone = len(text) < 2 or text.isdigit() or (text.isascii() and text.isalpha())
    return text if alone else f"({text})"


def _raised(text: str) -> str:
    return text if text in RAISED else f"^{_group(text)}{SOFT}"


def _row(node: ElementTree.Element) -> str:
    tag = node.tag.removeprefix("m")
    if tag in ("annotation", "space"):
        return ""
    parts = [_row(child) for child in node]
    if tag == "frac" and node.get("linethickness") == "0":
        return f"C({parts[0]},{parts[1]})"
    if tag == "over" and parts[1].strip() in ACCENTS:
        return parts[0] + ACCENTS[parts[1].strip()]
    if tag in ("sup", "over"):
        return parts[0] + _raised(parts[1])
    if tag in ("sub", "under"):
        return f"{parts[0].rstrip()}_{_group(parts[1])}{SOFT}"
    if tag in ("subsup", "underover"):
        return f"{parts[0]}_{_group(parts[1])}" + _raised(parts[2])
    if tag == "frac":
        return f" {_group(parts[0])}/{_group(parts[1])} "
    if tag == "sqrt":
        return f"√{_group(''.join(parts))}"
    text = (node.text or "").translate(INVISIBLE) + "".join(parts)
    named = tag == "i" and len(text) > 1
    return f" {text} " if named or (tag == "o" and text in SPACED) else text


def formula(mathml: str) -> str:
    """A formula in a line of text."""
    xml = ENTITY.sub(lambda match: html.unescape(match[0]), mathml)
    row = LOOSE.sub("", _row(ElementTree.fromstring(xml))).replace(SOFT, " ")
    return re.sub(r" +", " ", row).strip()


def plain(content: str) -> str:
    """What ``content`` says, without elements."""
    content = MATH.sub(lambda match: html.escape(formula(match[0])), FURNITURE.sub("", content))
    return re.sub(r"\s+", " ", html.unescape(TAG.sub("", content))).strip()
