from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.rag.text import length, sentences, texts, tokens


def test_tokens_are_words_and_pairs_of_chinese_characters() -> None:
    assert tokens("LoRA 是低秩适配, r=8!") == ["lora", "是低", "低秩", "秩适", "适配", "r", "8"]
    assert tokens("一 W4A16 GPT-4o log_sigmoid") == ["一", "w4a16", "gpt-4o", "log_sigmoid"]


def test_length_counts_words_and_characters() -> None:
    assert length("低秩适配 for LLM-s, 2024!") == 4 + 3


def test_sentences_end_where_a_reader_ends_them() -> None:
    text = "Schulman et al. Clip at 0.2. As in e.g. Atari! 真的吗？是。\nOK"
    assert sentences(text) == [
        "Schulman et al. Clip at 0.2.",
        "As in e.g. Atari!",
        "真的吗？",
        "是。",
        "OK",
    ]


@given(st.text())
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(("value", "message"), [("a", "sequence of strings"), ([], "empty")])
def test_texts_refuses(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=f"documents .*{message}"):
        texts("documents", value)
