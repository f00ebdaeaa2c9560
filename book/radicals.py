"""Makes the text of a PDF what it says, so that it can be searched and copied.

Chromium notes a glyph as the first character that it draws: for 大 that is the radical ⼤, which looks
the same and is another character.
"""

from __future__ import annotations

import re
import unicodedata

import pikepdf

RADICAL = re.compile(rb"(?<=> <)2[EF][0-9A-F]{2}(?=>\n)")
# These have no normal form in Unicode.
OTHERS = str.maketrans(
    "⺒⺓⺛⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻱",
    "巳幺旡民虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龜",
)


def character(code: re.Match[bytes]) -> bytes:
    radical = chr(int(code[0], 16))
    return b"%04X" % ord(unicodedata.normalize("NFKC", radical).translate(OTHERS))


def replace(pdf: pikepdf.Pdf) -> None:
    """Name the character instead of its radical in what each font says of its glyphs."""
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
            names = item.ToUnicode
            names.write(RADICAL.sub(character, names.read_bytes()))
