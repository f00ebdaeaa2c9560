r"""A retrieval benchmark over this site's own sections, with each stage of RAG switched on in turn.

``python -m lab.rag.benchmark docs lab/rag/questions.json`` prints its rows as JSON. No language
model runs here: the rewriting, the hypothetical document and the reranking are the deterministic
stand-ins of their modules, so the rows compare mechanisms, not models.

--8<-- [start:example]
>>> from lab.rag.benchmark import evaluate, Question, retrievers, split_page
>>> from lab.rag.embedding import fit_embedder
>>> page = '''# DPO
... ## Derivation { #derivation }
... The partition function $Z$ **cancels** [@rafailov2023].
... ## Pitfalls { #pitfalls }
... The likelihood of the chosen answer may fall.
... '''
>>> sections = split_page("rlhf/dpo", page)
>>> sections[0]
Section(key='rlhf/dpo#derivation', text='DPO\nDerivation\nThe partition function cancels .')
>>> texts = [section.text for section in sections]
>>> question = Question("Can the likelihood fall?", frozenset({"rlhf/dpo#pitfalls"}))
>>> evaluate(retrievers(texts, fit_embedder(texts))["fused"], sections, [question])["mrr"]
1.0

--8<-- [end:example]
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise, product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lab.rag.bm25 import Score, bm25, ranking
from lab.rag.embedding import fit_embedder
from lab.rag.hierarchical_index import Tree, build_tree, leaves
from lab.rag.hyde import hyde_embedding, hypothetical_documents
from lab.rag.metrics import ndcg, recall, reciprocal_rank
from lab.rag.query_rewriting import multi_query, reciprocal_rank_fusion, rewrite
from lab.rag.reranking import cross_encoder_rerank
from lab.rag.text import Embed, Generate, sentences

LANGUAGES = ("zh", "en")
CUTOFF = 10  # the k of recall@k and nDCG@k
POOL = 50  # how deep each ranking is fused
RERANKED = 20

# Where a section begins: a heading with an id, or an interview question with one.
MARK = re.compile(
    r"^#{1,6} [^\n]*\{ *#([\w-]+)[^}\n]*\} *$"
    r"|^/// question \|[^\n]*\n +attrs: *\{[^}\n]*\bid: *([\w-]+)[^}\n]*\} *$",
    re.M,
)
# What a reader does not see as words, in the order in which it has to go.
STRIP: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.M | re.S), by)
    for pattern, by in (
        (r"^ *(```+|~~~+)[^\n]*\n.*?^ *\1 *$", ""),  # code
        (r"\A---\n.*?\n---\n", ""),  # front matter
        (r"<!--.*?-->", " "),
        (r"\$\$.*?\$\$|(?<![\\$])\$[^$\n]+\$", " "),  # formulas
        (r"\[@[^\]]*\]|\[\^[^\]]*\]:?", " "),  # citations, footnotes
        (r"!?\[([^\]]*)\]\([^)]*\)", r"\1"),  # images, links
        (r"^/{3,} *\w* *\|? *([^\n]*)(?:\n +attrs:[^\n]*)?$", r"\1"),  # notes, questions
        (r"^#{1,6} +", ""),
        (r"\{ *[#.][^{}\n]*\}", " "),  # attribute lists
        (r"^ *\|?(?: *:?-+:? *\|)+[ :-]*$", ""),  # the rule under a table's head
        (r"</?[a-zA-Z][^>\n]*>", " "),
        (r"^ *(?:[-*+>]|\d+\.) +", ""),
        (r"[*`|]|(?<!\w)_|_(?!\w)", " "),
        (r"[ \t]+", " "),
        (r"\s*\n\s*", "\n"),
    )
)


class Section(NamedTuple):
    """What lies under one heading: its key ``page#id``, and heading and text as read."""

    key: str
    text: str


class Question(NamedTuple):
    """A question in one language and the keys of the sections that answer it."""

    text: str
    relevant: frozenset[str]


def plain(markdown: str) -> str:
    """Markdown as a reader sees it: no code blocks, formulas, citations, links or marks."""
    for pattern, by in STRIP:
        markdown = pattern.sub(by, markdown)
    return markdown.strip()


# --8<-- [start:split_page]
def split_page(page: str, markdown: str) -> list[Section]:
    """Split a page at its headings ``## Title { #id }`` and at its interview questions.

    A heading without an id stays inside the section it stands in. Each section's text begins with
    the page's title, without which "Pitfalls" would say nothing about what; text before the first
    id belongs to the page itself, under the key ``page``.
    """
    body = STRIP[0][0].sub("", markdown)  # a # in code is no heading
    first = re.search(r"^# [^\n]*$", body, re.M)
    title = plain(first.group()) if first else page
    starts = [(mark.start(), f"{page}#{mark[1] or mark[2]}") for mark in MARK.finditer(body)]
    sections = []
    for (start, key), (end, _) in pairwise([(0, page), *starts, (len(body), "")]):
        text = plain(body[start:end])
        if text not in ("", title):
            sections.append(Section(key, text if text.startswith(title) else f"{title}\n{text}"))
    return sections


# --8<-- [end:split_page]


def load_sections(folder: Path, language: str) -> list[Section]:
    """All sections of ``folder/**/*.<language>.md``, by page and in the order of the page."""
    suffix = f".{language}.md"
    sections: list[Section] = []
    for path in sorted(folder.rglob(f"*{suffix}")):
        page = path.relative_to(folder).as_posix().removesuffix(suffix)
        sections += split_page(page, path.read_text("utf-8"))
    keys = Counter(section.key for section in sections)
    if not sections or max(keys.values()) > 1:
        twice = [key for key, count in keys.items() if count > 1]
        raise ValueError(f"folder {folder} holds no *{suffix}, or keys more than once: {twice}")
    return sections


def load_questions(path: Path, language: str, known: Sequence[str]) -> list[Question]:
    """Questions of one language from JSON: ``[{"zh": …, "en": …, "relevant": [key, …]}, …]``.

    An entry may lack a language. A key that names no section is an error: pages get renamed.
    """
    questions = []
    for number, entry in enumerate(json.loads(path.read_text("utf-8"))):
        missing = sorted(set(entry["relevant"]) - set(known))
        if missing or not entry["relevant"]:
            raise ValueError(f"{path}, entry {number}: relevant must name sections, not {missing}")
        if entry.get(language):
            questions.append(Question(entry[language], frozenset(entry["relevant"])))
    if not questions:
        raise ValueError(f"{path} holds no question in {language!r}")
    return questions


def feedback_generator(documents: Sequence[str], score: Score, n: int = 3) -> Generate:
    """Stand-in for a language model: it answers a prompt with the openings of what BM25 finds.

    The query is the prompt's last line. As a "hypothetical document" this makes HyDE the classical
    pseudo-relevance feedback; a real model would write what it remembers instead.
    """

    def generate(prompt: str) -> str:
        best = ranking(score(prompt.splitlines()[-1]))[:n]
        return "\n".join(sentence for i in best for sentence in sentences(documents[i])[:3])

    return generate


def tree_ranking(tree: Tree, query_vec: np.ndarray) -> list[int]:
    """Chunks in the order in which a search of the collapsed tree meets them.

    A summary that is met brings in its chunks, the most similar first.
    """
    similarity = tree.vectors @ query_vec
    met = (
        leaf
        for node in ranking(similarity)
        for leaf in sorted(leaves(tree, node), key=lambda i: -similarity[i])
    )
    return list(dict.fromkeys(met))


Retriever = Callable[[str], list[int]]


def fuse(*searches: Retriever, several: bool = False) -> Retriever:
    """Fuse what searches find, for the question or also for its rewritten form and its parts."""

    def search(query: str) -> list[int]:
        queries = list(dict.fromkeys([*multi_query(query), rewrite(query)]))
        asked = queries if several else [query]
        return reciprocal_rank_fusion([s(q)[:POOL] for q in asked for s in searches])

    return search


def rerank(first: Retriever, documents: Sequence[str]) -> Retriever:
    """Rerank the head of what a search finds.

    The stand-in for a cross-encoder sees words only: its order is fused with the one it was given.
    """

    def search(query: str) -> list[int]:
        found = first(query)
        head, rest = found[:RERANKED], found[RERANKED:]
        order = cross_encoder_rerank(query, [documents[i] for i in head])
        return reciprocal_rank_fusion([head, [head[i] for i in order]]) + rest

    return search


# --8<-- [start:retrievers]
def retrievers(documents: Sequence[str], embed: Embed) -> dict[str, Retriever]:
    """Each stage of the benchmark as a function from a question to document indices, best first."""
    score, vectors = bm25(documents), embed(documents)
    tree = build_tree(documents, embed)
    generate = feedback_generator(documents, score)

    def lexical(query: str) -> list[int]:
        return ranking(score(query))

    def dense(hypothesise: bool = False, climb: bool = False) -> Retriever:
        def search(query: str) -> list[int]:
            vector = embed([query])[0]
            if hypothesise:
                vector = hyde_embedding(vector, embed(hypothetical_documents(query, generate)))
            return tree_ranking(tree, vector) if climb else ranking(vectors @ vector)

        return search

    everything = fuse(lexical, dense(hypothesise=True, climb=True), several=True)
    return {
        "bm25": lexical,
        "dense": dense(),
        "fused": fuse(lexical, dense()),
        "fused + rewrite": fuse(lexical, dense(), several=True),
        "fused + hyde": fuse(lexical, dense(hypothesise=True)),
        "fused + hierarchical": fuse(lexical, dense(climb=True)),
        "fused + rerank": rerank(fuse(lexical, dense()), documents),
        "all": rerank(everything, documents),
    }


# --8<-- [end:retrievers]


# --8<-- [start:evaluate]
def evaluate(
    search: Retriever, sections: Sequence[Section], questions: Sequence[Question]
) -> dict[str, float]:
    """Mean recall@1, recall@5, recall@10, MRR and nDCG@10 of one retriever."""
    totals: list[tuple[float, ...]] = []
    for question in questions:
        found = [sections[i].key for i in search(question.text)]
        recalls = (recall(found, question.relevant, k) for k in (1, 5, CUTOFF))
        first = reciprocal_rank(found, question.relevant)
        totals.append((*recalls, first, ndcg(found, question.relevant, CUTOFF)))
    names = ("recall@1", "recall@5", f"recall@{CUTOFF}", "mrr", f"ndcg@{CUTOFF}")
    return dict(zip(names, map(float, np.mean(totals, axis=0)), strict=True))


# --8<-- [end:evaluate]


# --8<-- [start:run]
def run(folder: Path, questions: Path) -> list[dict[str, str | int | float]]:
    """Run every stage in both languages, and search each language with the other's questions.

    The embedder is fitted on each section's two languages joined, which puts them into one space.
    Across languages BM25 finds only what both write alike, such as "DPO": the dense search alone
    is reported beside it.

    Args:
        folder: the site's ``docs``, with ``<section>/<page>.<language>.md``.
        questions: the JSON that :func:`load_questions` reads.

    Returns:
        Rows with the language of the questions, that of the documents, the stage, how many
        sections and questions there are, and the metrics of :func:`evaluate`.

    Raises:
        ValueError: if a language has no page or no question, or a question names no section.
    """
    sections = {language: load_sections(folder, language) for language in LANGUAGES}
    joined: dict[str, str] = {}
    for language in LANGUAGES:
        for section in sections[language]:
            joined[section.key] = f"{joined.get(section.key, '')}\n{section.text}"
    embed = fit_embedder(list(joined.values()))
    stages = {
        language: retrievers([section.text for section in sections[language]], embed)
        for language in LANGUAGES
    }
    rows: list[dict[str, str | int | float]] = []
    for language, target in product(LANGUAGES, LANGUAGES):
        here = sections[target]
        asked = load_questions(questions, language, [section.key for section in here])
        for stage, search in stages[target].items():
            if language == target or stage in ("bm25", "dense"):
                where = {"language": language, "documents": target, "stage": stage}
                counts = {"sections": len(here), "questions": len(asked)}
                rows.append({**where, **counts, **evaluate(search, here, asked)})
    return rows


# --8<-- [end:run]


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), Path(sys.argv[2])), indent=1))
