from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.rag.query_rewriting import multi_query, reciprocal_rank_fusion, rewrite, step_back

lists = st.lists(st.permutations(range(6)), min_size=1, max_size=4)


@given(lists, st.integers(1, 100))
def test_fusion_is_the_sum_of_reciprocal_ranks(rankings: list[list[int]], k: int) -> None:
    fused = reciprocal_rank_fusion(rankings, k)
    exact = [sum(Fraction(1, k + r.index(item) + 1) for r in rankings) for item in fused]
    assert sorted(fused) == list(range(6))
    for first, second in pairwise(exact):
        assert first - second >= -Fraction(1, 10**12)


@given(lists)
def test_fusing_a_ranking_with_itself_changes_nothing(rankings: list[list[int]]) -> None:
    assert reciprocal_rank_fusion([rankings[0]] * 3) == rankings[0]


def test_an_item_missing_from_a_list_gets_nothing_from_it() -> None:
    assert reciprocal_rank_fusion([["a", "b"], ["b"]], k=60) == ["b", "a"]
    # 2/(60+10) > 1/(60+1): two places in the middle beat one at the top
    first = ["x", *range(8), "y"]
    assert reciprocal_rank_fusion([first, [*range(20, 29), "y"]])[0] == "y"
    # with a small k the top counts for more: 2/(1+10) < 1/(1+1)
    assert reciprocal_rank_fusion([first, [*range(20, 29), "y"]], k=1)[0] == "x"


def test_the_first_rank_is_1_and_counts_by_its_reciprocal() -> None:
    # k = 1: a scores 1/2 + 1/7 = 0.64, b 1/3 + 1/3 = 0.67
    assert reciprocal_rank_fusion([["a", "b"], ["c", "b", "d", "e", "f", "a"]], k=1)[0] == "b"


def test_fusion_refuses() -> None:
    with pytest.raises(ValueError, match="rankings is empty"):
        reciprocal_rank_fusion([])
    with pytest.raises(ValueError, match=r"rankings\[1\] of 2 items holds one more than once"):
        reciprocal_rank_fusion([[1], [2, 2]])
    with pytest.raises(ValueError, match="k must be a finite number above 0"):
        reciprocal_rank_fusion([[1]], k=0)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("What is the KL penalty?", "the KL penalty"),
        ("什么是位置插值？", "位置插值"),
        ("How?", "How?"),
        ("RoPE", "RoPE"),
    ],
)
def test_rewrite_keeps_what_is_asked_about(query: str, expected: str) -> None:
    assert rewrite(query) == expected


def test_step_back_drops_particulars() -> None:
    assert step_back("为什么 AWQ（W4A16）在 7B 模型上比 GPTQ 好？") == "AWQ 在 模型上比 GPTQ 好"
    assert step_back("7B 13B?") == "7B 13B"


def test_multi_query_asks_each_clause_once() -> None:
    queries = multi_query("PPO 为什么要裁剪？为什么要价值模型？为什么要裁剪？", n=5)
    assert queries[0].startswith("PPO 为什么") and queries[1:] == [
        "PPO 要裁剪",
        "要价值模型",
        "要裁剪",
    ]
    assert len(multi_query("a, b, c, d, e", n=2)) == 3
    assert multi_query("RoPE") == ["RoPE"]


def test_a_model_is_asked_and_its_answer_cleaned() -> None:
    prompts: list[str] = []

    def generate(prompt: str) -> str:
        prompts.append(prompt)
        return " 1. first\n\n- second\n2) first\n10. third\n"

    assert multi_query("q", generate, n=2) == ["q", "first", "second"]
    assert rewrite("q", lambda prompt: "  better \n") == "better"
    assert step_back("q", lambda prompt: "\n") == rewrite("q", lambda prompt: "\n") == "q"
    assert prompts[0].splitlines()[-1] == "q" and "2 different" in prompts[0]
    with pytest.raises(ValueError, match="n must be an integer of at least 1"):
        multi_query("q", n=0)
