"""Tells search engines in JSON-LD what a page is, where it stands, and which questions it answers.

It stands at the page's end: beside the questions that it repeats it costs next to nothing once the
page is compressed. Answers are the short ones, of 30 seconds.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from hooks.plain_text import plain
from hooks.questions import DETAILS

LICENSE = "https://creativecommons.org/licenses/by-sa/4.0/"
# The first of the three tiers.
SHORT = re.compile(r"<p><strong>[^<]*</strong>(?:：|: )?(.*?)</p>", re.S)

Data = dict[str, Any]


def _home(config: MkDocsConfig) -> str:
    return urljoin(config.site_url, "" if config.theme["language"] == "zh" else "en/")


def article(page: Page, config: MkDocsConfig, context: dict[str, Any]) -> Data:
    """The page itself: an article if its claims are verified, else a page that serves others."""
    language = config.theme["language"]
    other = "en" if language == "zh" else "zh"
    organisation = {"@type": "Organization", "name": config.site_name, "url": _home(config)}
    data = {
        "@type": "TechArticle" if "verified" in page.meta else "WebPage",
        "@id": page.canonical_url,
        "url": page.canonical_url,
        "headline": page.title,
        "description": page.meta.get("description"),
        "inLanguage": language,
        "dateModified": context.get("changed"),
        "image": urljoin(config.site_url, context["card"]) if "card" in context else None,
        "license": LICENSE,
        "author": organisation,
        "publisher": organisation,
        "isPartOf": {"@type": "WebSite", "name": config.site_name, "url": _home(config)},
    }
    # the notes began in Chinese
    relation = "workTranslation" if language == "zh" else "translationOfWork"
    address = urljoin(config.site_url, page.file.alternates[other].url)
    return {name: value for name, value in data.items() if value} | {relation: {"@id": address}}


def breadcrumbs(page: Page, config: MkDocsConfig) -> Data:
    """The way from the home page to ``page``, past the index of its section where there is one."""
    way = [(config.site_name, _home(config))]
    if page.parent:
        index = page.parent.children[0]
        if index.is_page and index.is_index and index is not page:
            way.append((page.parent.title, index.canonical_url))
    way.append((page.title or "", page.canonical_url))
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": address}
        for position, (name, address) in enumerate(way, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def quiz(page: Page) -> Data | None:
    """The page's questions as flash cards."""
    cards = [
        {
            "@type": "Question",
            "eduQuestionType": "Flashcard",
            "url": f"{page.canonical_url}#{identity}",
            "text": plain(question),
            "acceptedAnswer": {"@type": "Answer", "text": plain(short[1])},
        }
        for identity, question, answer in DETAILS.findall(page.content)
        if (short := SHORT.search(answer))
    ]
    if not cards:
        return None
    return {"@type": "Quiz", "about": {"@type": "Thing", "name": page.title}, "hasPart": cards}


def on_page_context(
    context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Navigation
) -> None:
    if page.meta.get("template") == "home.html":
        graph = [
            {
                "@type": "WebSite",
                "name": config.site_name,
                "url": _home(config),
                "description": page.meta.get("description"),
                "inLanguage": config.theme["language"],
            }
        ]
    else:
        parts = (article(page, config, context), breadcrumbs(page, config), quiz(page))
        graph = [part for part in parts if part]
    data = {"@context": "https://schema.org", "@graph": graph}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    context["linked_data"] = text.replace("<", r"\u003c")  # nothing in it ends the script
