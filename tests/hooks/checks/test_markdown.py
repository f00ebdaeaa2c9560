"""Each rule finds its mistake, and none stumbles over what pages are made of."""

from __future__ import annotations

import pytest

from hooks.checks.markdown import ADVICE, GITHUB, MKDOCS, markdown
from hooks.source import parse

MISTAKES = {
    "MD001": ("# A\n\n### 标题\n", "3:1"),
    "MD007": ("- 甲\n  - 乙\n", "2:1"),
    "MD009": ("文字   \n", "1:3"),
    "MD010": ("文\t字\n", "1:2"),
    "MD011": ("见 (文字)[https://a.example]。\n", "1:3"),
    "MD012": ("甲\n\n\n乙\n", "3:1"),
    "MD018": ("#标题\n", "1:2"),
    "MD022": ("文字\n\n# 标题\n文字\n", "3:1"),
    "MD023": (" # 标题\n", "1:1"),
    "MD031": ("文字\n```python\nx\n```\n", "2:1"),
    "MD032": ("文字：\n- 甲\n", "2:1"),
    "MD034": ("见 https://a.example 。\n", "1:3"),
    "MD037": ("这是 ** 粗体 ** 字\n", "1:4"),
    "MD039": ("见[ 文字 ](a.md)\n", "1:2"),
    "MD040": ("```\nx\n```\n", "1:1"),
    "MD042": ("见[文字]()\n", "1:2"),
    "MD047": ("文字", "1:3"),
    "MD056": ("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", "3:1"),
    "MD058": ("文字\n| a | b |\n|---|---|\n| 1 | 2 |\n", "2:1"),
    "MD077": ("1. 甲\n\n  第二段\n", "3:1"),
    "MD092": ("<<<<<<< HEAD\n甲\n=======\n乙\n>>>>>>> 分支\n", "1:1"),
}
PAGE = """---
title: 甲
---

# 甲

## 推导 { #derivation }

公式 $a_i * b_i * c$，$_x$ 与 $x_$。

$$
a * b

c_i
$$

/// question | 为什么？
    attrs: {id: dpo-why, data-level: "2"}

**30 秒**：因为。

**追问**

- 问？答。
    1. 一

///

| $p \\mid q$ | `a \\| b` |
|---|---|
| **甲** | <sup>1</sup> |

<affine-quantizer></affine-quantizer>

```pycon
--8<-- "lab/rlhf/dpo.py:example"
```

![图](figure:rlhf/dpo "结论"){ .wide }
"""


def test_every_rule_is_tried() -> None:
    assert MISTAKES.keys() == ADVICE.keys()


@pytest.mark.parametrize("rule", MISTAKES)
def test_mistake_is_found(rule: str) -> None:
    text, place = MISTAKES[rule]
    found = [str(problem) for problem in markdown([parse("docs/a.zh.md", text)], MKDOCS)]
    assert f"docs/a.zh.md:{place}: {ADVICE[rule]}" in found


def test_what_pages_are_made_of() -> None:
    page = parse("docs/a.zh.md", PAGE)
    assert markdown([page], MKDOCS) == []
    assert markdown([page], MKDOCS) == []  # from memory


def test_two_spaces_are_right_on_github() -> None:
    text = "- 甲\n\n  第二段\n"
    assert markdown([parse("README.md", text)], GITHUB) == []
    assert markdown([parse("README.md", text)], MKDOCS)
