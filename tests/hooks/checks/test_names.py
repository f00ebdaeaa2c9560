"""Names are met in whatever way they are misspelt, and only where readers see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hooks.checks.names import DEFINITION, NOTE, known, misspelt, spelling, spelling_in
from hooks.source import Source, parse

NAMES = known(Path(__file__).parents[3])


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("GPT-Q", "GPTQ"),
        ("Smoothquant", "SmoothQuant"),
        ("smooth quant", "SmoothQuant"),
        ("Llama3.1", "Llama 3.1"),
        ("Llama-3.1", "Llama 3.1"),
        ("LLaMA 2", "Llama 2"),
        ("lLama", "LLaMA or Llama"),
        ("RoBerta", "RoBERTa"),
        ("Pytorch", "PyTorch"),
        ("huggingface", "Hugging Face"),
        ("Hugging\nface", "Hugging Face"),
        ("tool former", "Toolformer"),
        ("Yarn", "YaRN"),
        ("用gptq量化", "GPTQ"),
        ("gptq's", "GPTQ"),
        ("LLM.INT8()", "LLM.int8"),
        ("ndcg@10", "nDCG"),
    ],
)
def test_misspelt(text: str, right: str) -> None:
    assert [name for _, name in misspelt(text, NAMES)] == [right]


@pytest.mark.parametrize(
    "text",
    [
        "GPTQ, SmoothQuant, RoBERTa, PyTorch, Toolformer, YaRN, LLM.int8() and nDCG@10",
        "LLaMA, Llama, Llama 2, Llama 3.1, Llama-3-8B",
        "the Hugging Face library",
        "a tool. Former models",
        "clip the ratio, CLIP",
        "KV cache, KV caches",
        "Open\n\nAI",
    ],
)
def test_right(text: str) -> None:
    assert not list(misspelt(text, NAMES))


def test_only_what_readers_see() -> None:
    page = """---
title: About Pytorch
description: About GPTQ
verified: 2026-11-24
---

# Gptq { #gptq }

`gptq`, $gptq$, [@gptq], <https://a.example/gptq>, <gptq-explorer></gptq-explorer>

```python
import gptq
```

[GPTQ](gptq.md "A Gptq title")

![A gptq curve](figure:quantization/gptq "Gptq wins")

/// question | Why Gptq?
    attrs: {id: gptq-why, data-level: "1"}

**30 s**: gptq.

///
"""
    found = [str(problem) for problem in spelling(parse("docs/a.en.md", page), NAMES)]
    assert found == [
        "docs/a.en.md:2:14: The name is written PyTorch. Correct it.",
        *(
            f"docs/a.en.md:{place}: The name is written GPTQ. Correct it."
            for place in ("7:3", "15:19", "17:5", "17:43", "19:20", "22:11")
        ),
    ]


def test_notes_and_definitions_but_no_titles() -> None:
    entry = "@misc{gptq,\n  title = {{Gptq}},\n  note = {code of Gptq},\n}\n"
    [note] = spelling_in(Source("references.bib", entry), NOTE, NAMES)
    assert str(note).startswith("references.bib:3:19: The name is written GPTQ.")
    term = '- {zh: 甲, en: A, page: quantization/gptq, def: {zh: 见 gptq。, en: "A."}}\n'
    [definition] = spelling_in(Source("docs/glossary.yml", term), DEFINITION, NAMES)
    assert (definition.line, definition.column) == (1, term.index("gptq。") + 1)
