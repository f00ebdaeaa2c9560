"""The benchmark's own questions, against the site's own pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lab.rag.benchmark import LANGUAGES, load_questions, load_sections

ROOT = Path(__file__).parents[3]
QUESTIONS = ROOT / "lab" / "rag" / "questions.json"
TOPICS = {
    "rlhf",
    "rag",
    "quantization",
    "tools",
    "scaling",
    "context",
    "multimodal",
    "hallucination",
    "questions",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_cover_the_site(language: str) -> None:
    keys = [section.key for section in load_sections(ROOT / "docs", language)]
    questions = load_questions(QUESTIONS, language, keys)
    assert len(questions) >= 60
    assert len({question.text for question in questions}) == len(questions)
    assert all(1 <= len(question.relevant) <= 4 for question in questions)
    covered = {key.split("/")[0] for question in questions for key in question.relevant}
    assert covered == TOPICS


def test_no_question_is_a_heading_or_an_interview_question_copied() -> None:
    for language in LANGUAGES:
        sections = load_sections(ROOT / "docs", language)
        lines = {line.lower() for section in sections for line in section.text.splitlines()[:3]}
        asked = [entry[language].lower() for entry in json.loads(QUESTIONS.read_text("utf-8"))]
        assert not [question for question in asked if question in lines]
