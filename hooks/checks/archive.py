"""What an archived copy's address looks like in references.bib: that of an archive, with its day."""

from __future__ import annotations

import re

from hooks.files import Problem
from hooks.source import Source

# of the Wayback Machine or another archive that has the moment of the copy in its address
ARCHIVE = re.compile(r"https://[\w.-]+/(?:web/)?(\d{4})(\d\d)(\d\d)\d{6}/https?://\S+")
FIELD = re.compile(r"^\s*archive\s*=\s*\{(.*)\},?\s*$", re.M)


def archives(bibliography: Source) -> list[Problem]:
    """Archived copies that nobody could date."""
    message = (
        "This is not an archived copy with its day. Open the copy and take its full address: "
        "https://web.archive.org/web/20260131120000/https://…"
    )
    return [
        bibliography.problem(match.start(1), message)
        for match in FIELD.finditer(bibliography.text)
        if not ARCHIVE.fullmatch(match[1])
    ]
