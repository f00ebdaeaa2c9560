"""``make test-reference`` checks lab against the libraries; ``--record`` keeps their numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests import recorded


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="write the recorded arrays anew")


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Callable[..., None]:
    """``record("rlhf/dpo", values, "torch")``: write with --record, else compare with the file."""

    def record(name: str, values: dict[str, Any], *libraries: str) -> None:
        if request.config.getoption("--record"):
            recorded.save(name, values, *libraries)
            return
        kept = recorded.load(name)
        assert kept.keys() == values.keys()
        for key, value in values.items():
            np.testing.assert_allclose(kept[key], np.asarray(value), rtol=1e-5, atol=1e-7)

    return record
