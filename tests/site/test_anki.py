"""The decks import into Anki itself, and a newer deck keeps the learner's schedule."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import genanki
import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from hooks.anki import MODEL, for_anki
from hooks.source import read

ROOT = Path(__file__).parents[2]


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    collection = Collection(str(tmp_path / "collection.anki2"))
    yield collection
    collection.close()


def import_deck(collection: Collection, deck: Path) -> None:
    request = ImportAnkiPackageRequest(package_path=str(deck), options=ImportAnkiPackageOptions())
    collection.import_anki_package(request)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_question_is_a_note(site: Path, collection: Collection, language: str) -> None:
    import_deck(collection, site / "downloads" / f"llm-interview-notes.{language}.apkg")
    sources = [s for s in read(ROOT)[0] if s.language == language]
    questions = {item.text for source in sources for item in source.of("question")}
    notes = [collection.get_note(identity) for identity in collection.find_notes("")]
    assert {note["Source"].split("#")[1].split('"')[0] for note in notes} == questions
    text = "".join(note["Answer"] for note in notes)
    assert r"\(" in text, "formulas are LaTeX for Anki's MathJax"
    assert "<math" not in text and 'class="copy"' not in text and "fnref" not in text
    assert 'href="../' not in text, "links lead to the site"


def test_a_newer_deck_keeps_the_schedule(
    site: Path, collection: Collection, tmp_path: Path
) -> None:
    import_deck(collection, site / "downloads" / "llm-interview-notes.en.apkg")
    count = collection.note_count()
    collection.decks.select(collection.decks.id_for_name("LLM Interview Notes"))
    card = collection.sched.getCard()
    assert card is not None
    card.start_timer()
    collection.sched.answerCard(card, 3)
    note = card.note()
    # the same question with a new answer, a day later
    deck = genanki.Deck(1, "LLM Interview Notes")
    fields = [note["Question"], "A new answer.", note["Source"]]
    deck.add_note(genanki.Note(MODEL, fields, guid=note.guid))
    newer = tmp_path / "newer.apkg"
    genanki.Package(deck).write_to_file(newer, timestamp=note.mod + 86_400)
    import_deck(collection, newer)
    assert collection.note_count() == count
    assert collection.get_note(note.id)["Answer"] == "A new answer."
    assert collection.get_card(card.id).reps == 1


def test_formulas_and_links_for_anki() -> None:
    page = (
        '<p><math><semantics><mi>x</mi><annotation encoding="application/x-tex">x_{{a}}'
        '</annotation></semantics></math> <a href="../kto/#code">KTO</a>'
        '<sup id="fnref:dpo"><a class="footnote-ref" href="#fn:dpo">1</a></sup></p>'
    )
    assert for_anki(page, "https://site/rlhf/dpo/") == (
        r'<p>\(x_{ {a} }\) <a href="https://site/rlhf/kto/#code">KTO</a></p>'
    )


def test_packed_with_a_fixed_date(site: Path) -> None:
    for deck in (site / "downloads").glob("*.apkg"):
        with zipfile.ZipFile(deck) as packed:
            assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
