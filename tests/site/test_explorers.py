"""The explorers compute what lab computes, can be used by keyboard, and say what they show."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from lab.context import interpolation, llama3, ntk_aware, ntk_by_parts, rope, yarn
from lab.quantization.affine import fake_quantize, scale_zero_point
from lab.rlhf.dpo import dpo_gradient, dpo_loss
from lab.rlhf.ppo import clipped_surrogate

PAGES = {
    "ppo-clip": "/rlhf/ppo/",
    "dpo-weight": "/rlhf/dpo/",
    "affine-quantizer": "/quantization/affine/",
    "rope-frequencies": "/context/",
}


def compute(page: Page, tag: str, expression: str, grid: list[Any]) -> Any:
    """``expression`` of the explorer's module ``m`` for each point ``p`` of ``grid``."""
    page.goto("/")
    script = f"async grid => {{ const m = await import('/assets/explorers/{tag}.js'); return grid.map(p => {expression}) }}"
    return page.evaluate(script, grid)


def test_ppo_clip(page: Page) -> None:
    grid = list(product([0.05, 0.5, 0.8, 1.0, 1.2, 1.7], [-2.0, -0.3, 0.0, 1.5], [0.1, 0.2, 0.45]))
    found = compute(page, "ppo-clip", "m.clippedSurrogate(...p)", grid)
    old = -3.0
    wanted = [clipped_surrogate([old + np.log(r)], [old], [a], e) for r, a, e in grid]
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


def test_dpo_weight(page: Page) -> None:
    grid = list(product([-30.0, -2.0, 0.0, 12.5], [-30.0, 0.0, 3.0, 30.0], [0.01, 0.1, 1.0]))
    found = compute(page, "dpo-weight", "Object.values(m.dpo(...p))", grid)
    wanted = []
    for chosen, rejected, beta in grid:
        pair = ([chosen - 100], [rejected - 100], [-100.0], [-100.0], beta)
        wanted.append([dpo_loss(*pair), dpo_gradient(*pair)[1][0]])
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("symmetric", [False, True])
def test_affine_quantizer(page: Page, symmetric: bool) -> None:
    grid = list(
        product([-3.0, -0.7, 0.0, 0.2], [0.3, 1.0, 40.0], [2, 4, 8], [-5.0, -0.35, 0.5, 39.0])
    )
    flag = str(symmetric).lower()
    code = (
        "(([low, high, bits, x]) => {"
        f" const {{ scale, zeroPoint }} = m.scaleZeroPoint(low, high, bits, {flag});"
        f" return [scale, zeroPoint, m.fakeQuantize(x, scale, zeroPoint, bits, {flag})] }})(p)"
    )
    found = compute(page, "affine-quantizer", code, grid)
    wanted = []
    for low, high, bits, x in grid:
        scale, zero_point = scale_zero_point(low, high, bits, symmetric)
        wanted.append([scale, zero_point, fake_quantize(x, scale, zero_point, bits, symmetric)])
    np.testing.assert_allclose(found, np.array(wanted, dtype=float), rtol=1e-12, atol=1e-12)


def test_rope_frequencies(page: Page) -> None:
    methods = {
        "none": lambda base, s, length: rope.frequencies(128, base),
        "interpolation": lambda *a: interpolation.frequencies(128, *a)[0],
        "ntk_aware": lambda *a: ntk_aware.frequencies(128, *a)[0],
        "ntk_by_parts": lambda *a: ntk_by_parts.frequencies(128, *a)[0],
        "yarn": lambda *a: yarn.frequencies(128, *a)[0],
        "llama3": lambda *a: llama3.frequencies(128, *a)[0],
    }
    settings = list(product([1.0, 8.0, 32.0], [(10_000.0, 4096), (500_000.0, 8192)]))
    grid = [[name, s, base, length] for name in methods for s, (base, length) in settings]
    code = "[...Array(64).keys()].map(i => m.frequency(p[0], i, ...p.slice(1)))"
    found = compute(page, "rope-frequencies", code, grid)
    wanted = [methods[name](base, s, length) for name, s, base, length in grid]
    np.testing.assert_allclose(found, wanted, rtol=1e-9)
    factors = compute(page, "rope-frequencies", "m.attentionFactor('yarn', p)", [1, 8, 32])
    np.testing.assert_allclose(factors, [yarn.attention_factor(s) for s in (1, 8, 32)])


@pytest.mark.parametrize("tag", PAGES)
@pytest.mark.parametrize("root", ["", "/en"])
def test_explorer_by_keyboard(page: Page, tag: str, root: str) -> None:
    page.goto(root + PAGES[tag])
    explorer = page.locator(tag)
    explorer.scroll_into_view_if_needed()
    slider = explorer.locator("input[type=range]").first
    before = explorer.locator("svg").inner_html(), explorer.get_by_role("status").text_content()
    slider.focus()
    page.keyboard.press("Home")
    expect(explorer.get_by_role("status")).not_to_have_text(before[1] or "")
    assert explorer.locator("svg").inner_html() != before[0]
    assert explorer.locator("svg").get_attribute("aria-label") == (
        explorer.get_by_role("status").text_content()
    )
    for field in explorer.locator("input, select").all():
        assert explorer.locator(f"label[for='{field.get_attribute('id')}']").count() == 1
    box = explorer.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]


def test_explorers_are_small(site: Path) -> None:
    for tag in PAGES:
        assert (site / "assets" / "explorers" / f"{tag}.js").stat().st_size <= 8_000


@pytest.mark.parametrize("tag", PAGES)
def test_a_figure_stands_where_there_is_no_javascript(
    browser: Browser, address: str, tag: str
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(PAGES[tag])
    expect(page.locator(f"figure.figure:has(~ p > {tag}), figure.figure").first).to_be_visible()
    assert page.locator(tag).inner_text().strip() == ""
    context.close()
