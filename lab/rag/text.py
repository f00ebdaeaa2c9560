"""Text in Chinese and English: tokens, sentences, and the two callables a real model replaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lab.arguments import Array

Generate = Callable[[str], str]  # prompt → completion
Embed = Callable[[Sequence[str]], Array]  # n texts → (n, d)

HAN = "㐀-䶿一-鿿"
WORD_OR_HAN = re.compile(rf"[a-z0-9]+(?:['._-][a-z0-9]+)*|[{HAN}]+")
# A full stop ends a sentence only before a capital or a Chinese character, and not after these.
SENTENCE_END = re.compile(
    rf"(?<=[。！？；])|(?<=[!?])\s+|(?<!\bal)(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)\.\s+(?=[A-Z{HAN}\"“(])|\n+"
)


def tokens(text: str) -> list[str]:
    """Terms for lexical search: lower-case Latin words, overlapping pairs of Chinese characters.

    Chinese has no spaces, and pairs need no dictionary: 低秩适配 → 低秩, 秩适, 适配. A character
    that stands alone is a term of its own.
    """
    terms: list[str] = []
    for run in WORD_OR_HAN.findall(text.lower()):
        if run[0].isascii() or len(run) == 1:
            terms.append(run)
        else:
            terms += [run[i : i + 2] for i in range(len(run) - 1)]
    return terms


def length(text: str) -> int:
    """Length for a token budget: Latin words plus Chinese characters."""
    return sum(1 if run[0].isascii() else len(run) for run in WORD_OR_HAN.findall(text.lower()))


def sentences(text: str) -> list[str]:
    """Sentences of a text in order, each without the white space around it."""
    pieces: list[str] = []
    start = 0
    for end in SENTENCE_END.finditer(text):
        stop = end.start() + (end.group().startswith("."))
        pieces.append(text[start:stop].strip())
        start = end.end()
    return [piece for piece in [*pieces, text[start:].strip()] if piece]


def texts(name: str, value: Sequence[str]) -> list[str]:
    """Return ``value`` as a list; raise ``ValueError`` unless it is one or more strings."""
    if isinstance(value, str) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{name} must be a sequence of strings, got {value!r}")
    if not value:
        raise ValueError(f"{name} is empty: at least one text was expected")
    return list(value)
