"""Puts the table of the retrieval benchmark where ``<!-- retrieval benchmark -->`` stands.

``lab.rag.benchmark`` computes it from the pages as they are; the result is kept in ``.cache/`` until
a page, a question or the code changes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

MARKER = "<!-- retrieval benchmark -->"
COLUMNS = {
    "recall@1": "R@1",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "mrr": "MRR",
    "ndcg@10": "nDCG@10",
}
STAGES = {
    "bm25": {"zh": "BM25", "en": "BM25"},
    "dense": {"zh": "向量检索", "en": "dense"},
    "fused": {"zh": "BM25 ＋ 向量（RRF）", "en": "BM25 + dense (RRF)"},
    "fused + rewrite": {"zh": "RRF ＋ 查询改写", "en": "RRF + query rewriting"},
    "fused + hyde": {"zh": "RRF ＋ HyDE", "en": "RRF + HyDE"},
    "fused + hierarchical": {"zh": "RRF ＋ 分层索引", "en": "RRF + hierarchical index"},
    "fused + rerank": {"zh": "RRF ＋ 重排", "en": "RRF + reranking"},
    "all": {"zh": "全部打开", "en": "all of them"},
}
TEXT = {
    "zh": {
        "stage": "阶段",
        "same": "{language}问题检索{language}小节（{questions} 个问题，{sections} 个小节）：",
        "cross": "{language}问题检索{documents}小节：",
        "zh": "中文",
        "en": "英文",
    },
    "en": {
        "stage": "Stage",
        "same": "{language} questions on {language} sections ({questions} questions, {sections} sections):",
        "cross": "{language} questions on {documents} sections:",
        "zh": "Chinese",
        "en": "English",
    },
}


def _rows(root: Path) -> list[dict[str, Any]]:
    """The benchmark's result for the sources as they are; while previewing, the last one will do."""
    inputs = sorted((root / "docs").rglob("*.md")) + sorted((root / "lab" / "rag").glob("*.*"))
    digest = sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()[:16]
    kept = root / ".cache" / "retrieval" / f"{digest}.json"
    older = sorted(kept.parent.glob("*.json"), key=lambda path: path.stat().st_mtime)
    if not kept.exists() and older and sys.modules["hooks/preview.py"].serving:
        kept = older[-1]
    if not kept.exists():
        command = [sys.executable, "-m", "lab.rag.benchmark", "docs", "lab/rag/questions.json"]
        # many small products: BLAS threads only get in each other's way
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        result = subprocess.run(
            command, cwd=root, env=environment, check=False, capture_output=True, text=True
        )
        if result.returncode:
            reason = result.stderr.strip().splitlines()[-1]
            raise Abort(f"The site was not built: the retrieval benchmark failed: {reason}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(result.stdout, "utf-8")
    return json.loads(kept.read_text("utf-8"))


def _table(rows: list[dict[str, Any]], language: str) -> str:
    text = TEXT[language]
    lines = [f"| {text['stage']} | " + " | ".join(COLUMNS.values()) + " |"]
    lines.append("|---|" + "--:|" * len(COLUMNS))
    for row in rows:
        numbers = " | ".join(f"{row[column]:.3f}" for column in COLUMNS)
        lines.append(f"| {STAGES[row['stage']][language]} | {numbers} |")
    return "\n".join(lines)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    if MARKER not in markdown:
        return markdown
    language = config.theme["language"]
    text = TEXT[language]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in _rows(Path(config.config_file_path).parent):
        groups.setdefault((row["language"], row["documents"]), []).append(row)
    parts = []
    for (asked, documents), rows in sorted(
        groups.items(), key=lambda group: group[0][0] != group[0][1]
    ):
        template = text["same" if asked == documents else "cross"]
        head = template.format(
            language=text[asked],
            documents=text[documents],
            questions=rows[0]["questions"],
            sections=rows[0]["sections"],
        )
        parts.append(f"{head}\n\n{_table(rows, language)}")
    return markdown.replace(MARKER, "\n\n".join(parts))
