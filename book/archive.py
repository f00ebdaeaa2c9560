"""A zip file that is the same, byte for byte, when its contents are."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path


def pack(target: Path, files: Mapping[str, bytes], date: datetime) -> None:
    """Write ``files`` in their order, all with one date. An EPUB's ``mimetype`` stays unpacked."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, date.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, kind, 9)
