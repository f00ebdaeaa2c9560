from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from lab.rag.benchmark import (
    Question,
    Section,
    evaluate,
    feedback_generator,
    load_questions,
    load_sections,
    plain,
    retrievers,
    run,
    split_page,
    tree_ranking,
)
from lab.rag.bm25 import bm25, ranking
from lab.rag.embedding import fit_embedder
from lab.rag.hierarchical_index import Tree
from lab.rag.hyde import hyde_embedding
from lab.rag.query_rewriting import multi_query, reciprocal_rank_fusion, rewrite
from lab.rag.reranking import cross_encoder_rerank

CORPUS = Path(__file__).parent / "corpus"
QUESTIONS = CORPUS / "questions.json"
STAGES = [
    "bm25",
    "dense",
    "fused",
    "fused + rewrite",
    "fused + hyde",
    "fused + hierarchical",
    "fused + rerank",
    "all",
]


def test_a_page_is_split_at_its_ids() -> None:
    sections = {s.key: s.text for s in load_sections(CORPUS, "en") if s.key.startswith("rlhf/dpo")}
    assert list(sections) == [
        "rlhf/dpo",
        *(f"rlhf/dpo#{i}" for i in ("derivation", "code", "pitfalls", "questions", "dpo-reward")),
    ]
    assert all(
        text.startswith("Direct preference optimisation (DPO)\n") for text in sections.values()
    )
    assert "A note without an id" in sections["rlhf/dpo#code"]
    assert sections["rlhf/dpo#dpo-reward"].splitlines()[1:] == [
        "Where does the reward model go?",
        "It is beta times the log-ratio itself.",
        "tier answer",
        "deep see the derivation",
    ]
    everything = " ".join(sections.values())
    for mark in (
        "$",
        "\\",
        "unseenword",
        "@",
        "**",
        "](",
        "arxiv.org",
        "///",
        "{",
        "|",
        "---",
        "attrs",
    ):
        assert mark not in everything, mark


def test_plain_text() -> None:
    markdown = (
        "Let $x_1$ be <b>bold</b>: `dpo_loss`, *it* [link](a.md){ .c }, a < b, 3 > 2.[^1]\n\n"
        "1. one\n- two\n\n~~~~\n# code\n~~~~\n\n$$\nx\n$$\n\n![alt](figure:a)\n\n<!-- gone -->\n\n[^1]: note"
    )
    assert plain(markdown).splitlines() == [
        "Let be bold : dpo_loss , it link , a < b, 3 > 2.",
        "one",
        "two",
        "alt",
        "note",
    ]


def test_a_page_without_ids_is_one_section() -> None:
    assert split_page("a/b", "# Title\n\ntext") == [Section("a/b", "Title\ntext")]
    assert split_page("a/b", "text") == [Section("a/b", "a/b\ntext")]
    assert split_page("a/b", "# Title { #t }\n") == []


def test_both_languages_have_the_same_keys() -> None:
    zh, en = ([s.key for s in load_sections(CORPUS, language)] for language in ("zh", "en"))
    assert zh == en and len(zh) == 17


def test_rows_are_plain_complete_and_repeatable() -> None:
    start = time.perf_counter()
    rows = run(CORPUS, QUESTIONS)
    assert time.perf_counter() - start < 5
    assert rows == run(CORPUS, QUESTIONS)
    assert json.loads(json.dumps(rows)) == rows
    for language, asked in (("zh", 11), ("en", 12)):
        own = [r for r in rows if r["language"] == r["documents"] == language]
        across = [r for r in rows if r["language"] == language != r["documents"]]
        assert [r["stage"] for r in own] == STAGES
        assert [r["stage"] for r in across] == ["bm25", "dense"]
        assert all(r["questions"] == asked and r["sections"] == 17 for r in own + across)
        # On so small a corpus every stage finds nearly everything …
        assert all(float(r["recall@5"]) > 0.9 and float(r["mrr"]) > 0.8 for r in own)
        # … and the shared space crosses languages, where words do not.
        assert float(across[1]["ndcg@10"]) > float(across[0]["ndcg@10"]) + 0.2


def test_evaluate_averages_over_questions() -> None:
    sections = [Section(key, "") for key in "abcdef"]
    asked = [Question("0", frozenset("a")), Question("1", frozenset("bf"))]

    def search(query: str) -> list[int]:
        return [[0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]][int(query)]

    found = evaluate(search, sections, asked)
    ndcg = (1 / np.log2(3) + 1 / np.log2(7)) / (1 + 1 / np.log2(3))
    expected = {"recall@1": 0.5, "recall@5": 0.75, "recall@10": 1.0, "mrr": 0.75}
    assert found == pytest.approx({**expected, "ndcg@10": (1 + ndcg) / 2})


def test_every_stage_ranks_without_repetition() -> None:
    texts = [section.text for section in load_sections(CORPUS, "zh")]
    for name, search in retrievers(texts, fit_embedder(texts)).items():
        for query in ("DPO 的配分函数？", "?!", "zebra", "为什么"):
            found = search(query)
            assert len(set(found)) == len(found) == len(texts), name


def test_the_stages_are_what_their_names_say() -> None:
    texts = [section.text for section in load_sections(CORPUS, "en")]
    embed, score = fit_embedder(texts), bm25(texts)
    vectors, stages = embed(texts), retrievers(texts, embed)
    generate = feedback_generator(texts, score)
    query = "What does PPO clip, and how does GPTQ compensate the error?"
    lexical, dense = stages["bm25"](query), stages["dense"](query)
    fused = stages["fused"](query)
    assert fused == reciprocal_rank_fusion([lexical, dense])
    asked = [query, "PPO clip", "GPTQ compensate the error", rewrite(query)]
    assert multi_query(query) == asked[:3]
    rewritten = [stages[name](q) for q in asked for name in ("bm25", "dense")]
    assert stages["fused + rewrite"](query) == reciprocal_rank_fusion(rewritten) != fused
    vector = hyde_embedding(embed([query])[0], embed([generate(query)]))
    hyde = reciprocal_rank_fusion([lexical, ranking(vectors @ vector)])
    assert stages["fused + hyde"](query) == hyde != fused
    again = [fused[i] for i in cross_encoder_rerank(query, [texts[i] for i in fused])]
    assert stages["fused + rerank"](query) == reciprocal_rank_fusion([fused, again]) != fused


def test_the_tree_brings_in_the_chunks_of_a_summary() -> None:
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8], [0.0, 1.0], [0.8, 0.6]])
    tree = Tree(["a", "b", "c", "d", "s"], [0, 0, 0, 0, 1], [(), (), (), (), (0, 2)], vectors)
    assert tree_ranking(tree, np.array([1.0, 0.0])) == [0, 2, 1, 3]
    # The summary, closest of all, brings in c, then a, before b and d.
    assert tree_ranking(tree, np.array([0.75, 0.65])) == [2, 0, 1, 3]


def test_the_stand_in_for_a_model_answers_with_openings() -> None:
    texts = ["Cats purr. They nap. They eat. Not this.", "Dogs bark.", "A cat and cats."]
    answer = feedback_generator(texts, bm25(texts), n=2)("Dogs? Write!\n\nwhat of cats")
    assert answer.splitlines() == ["A cat and cats.", "Cats purr.", "They nap.", "They eat."]


def test_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no \*\.fr\.md"):
        load_sections(CORPUS, "fr")
    page = tmp_path / "a.zh.md"
    page.write_text("## x { #x }\n\na\n\n## y { #x }\n\nb", "utf-8")
    with pytest.raises(ValueError, match=r"keys more than once: \['a#x'\]"):
        load_sections(tmp_path, "zh")
    questions = tmp_path / "questions.json"
    for relevant in (["rlhf/dpo#gone"], []):
        questions.write_text(json.dumps([{"zh": "?", "relevant": relevant}]), "utf-8")
        with pytest.raises(ValueError, match="entry 0: relevant must name sections"):
            load_questions(questions, "zh", ["rlhf/dpo#derivation"])
    questions.write_text(json.dumps([{"zh": "?", "relevant": ["k"]}]), "utf-8")
    with pytest.raises(ValueError, match="holds no question in 'en'"):
        load_questions(questions, "en", ["k"])
