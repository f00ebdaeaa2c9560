"""Arrays that a reference library computed once, kept as JSON beside the tests that use them.

``tests/reference/`` computes them with the library itself (``make test-reference``, and
``make record-reference`` to write them anew); ``tests/lab/`` reads them, so that ``make test``
needs no torch.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent / "lab"


def load(name: str) -> dict[str, Any]:
    """The arrays of ``tests/lab/<name>.recorded.json``, e.g. ``load("rlhf/dpo")``."""
    content = json.loads((FOLDER / f"{name}.recorded.json").read_text("utf-8"))
    return {
        key: np.asarray(value) if isinstance(value, list) else value
        for key, value in content["values"].items()
    }


def save(name: str, values: dict[str, Any], *libraries: str) -> None:
    """Write ``values`` to ``tests/lab/<name>.recorded.json`` with the libraries' versions."""
    plain = {
        key: np.asarray(value).tolist() if not np.isscalar(value) else value
        for key, value in values.items()
    }
    made_by = {library: version(library) for library in libraries}
    text = json.dumps({"made_by": made_by, "values": plain}, indent=1, sort_keys=True)
    (FOLDER / f"{name}.recorded.json").write_text(text + "\n", "utf-8")
