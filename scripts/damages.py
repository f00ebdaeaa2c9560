"""Typical damages to the sources, and the check that should catch each: what `make break` tries out.

Pages are edited often, so their damages are patterns; code is damaged by its exact text.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

PYTHON = sys.executable
PYTEST = (PYTHON, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "-x")


@dataclass(frozen=True)
class Check:
    """One of the project's checks: what runs it, and how its complaint begins."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    complaint: re.Pattern[str]


@dataclass(frozen=True)
class Damage:
    """``old`` becomes ``new`` once in ``path``; one of ``checks``, tried in this order, must see it."""

    what: str
    path: str
    old: str | re.Pattern[str]
    new: str
    checks: tuple[Check, ...]

    def apply(self, text: str) -> str:
        if isinstance(self.old, str):
            return text.replace(self.old, self.new, 1)
        return self.old.sub(self.new, text, count=1)


def tests(*names: str) -> Check:
    return Check("make test", ((*PYTEST, *names),), re.compile(r"(?:FAILED|ERROR) .*"))


CHECK = Check("make check", ((PYTHON, "-m", "hooks.check"),), re.compile(r"\S+:\d+:\d+: .*"))
BUILD = Check(
    "make build",
    ((PYTHON, "-m", "mkdocs", "build", "--strict", "--quiet"),),
    re.compile(r"^.*(?:Error|Abort|error|WARNING).*", re.M),
)
RUFF = Check("ruff", ((PYTHON, "-m", "ruff", "check", "-q"),), re.compile(r"^[A-Z]+\d+ .*", re.M))
MYPY = Check("mypy", ((PYTHON, "-m", "mypy"),), re.compile(r"\S+: error: .*"))
ZIZMOR = Check(
    "make workflows",
    ((str(Path(PYTHON).with_name("zizmor")), "--offline", "--quiet", ".github"),),
    re.compile(r"error\[.*"),
)
SOURCES = (CHECK, BUILD)
PROJECT = (tests("tests/test_project.py"),)


def page(what: str, path: str, old: str, new: str) -> Damage:
    return Damage(what, f"docs/{path}.md", re.compile(old, re.M), new, SOURCES)


def lab(what: str, name: str, old: str, new: str) -> Damage:
    """A slip in ``lab``, to be seen by its own tests, not just by the worked example."""
    folder, _, module = name.partition("/")
    check = tests(f"tests/lab/{folder}/test_{module}.py")
    return Damage(what, f"lab/{name}.py", old, new, (check,))


def built(what: str, path: str, old: str, new: str, name: str) -> Damage:
    """What only the built site shows, to be seen by the test ``name`` of ``tests/site/``."""
    test = tests(f"tests/site/{name}")
    check = Check(test.name, BUILD.commands + test.commands, test.complaint)
    return Damage(what, path, old, new, (check,))


DAMAGES = [
    # One language lags behind the other
    page("paragraph added", "rlhf/dpo.zh", r"(?=^## 代码 )", "新加的一段，还没有翻译。\n\n"),
    page("paragraph removed", "context/rope.en", r"(?<=\n\n)[A-Z][^\n]+\n\n(?=[A-Z])", ""),
    page("list item added", "rag/hyde.en", r"(?=^- )", "- One more point.\n"),
    page("table row removed", "quantization/gptq.zh", r"(?<=\|\n)^\| [^-\n]+\|\n(?=\|)", ""),
    page("follow-up removed", "rlhf/ppo.zh", r"(?<=\*\*追问\*\*\n\n)- .*\n", ""),
    page("heading of another level", "rlhf/kto.en", r"^## (?=.*#derivation )", "### "),
    page("percentage", "rlhf/reward_model.en", r"\d(?=%)", "x5"[1]),
    page("number in a table", "quantization/awq.zh", r"(?<=\| )\d\d?(?=\.\d+ \|)", "77"),
    page("number in an answer", "context/yarn.en", r"(?<=\*\*3 min\*\*: )(.*?)3\.35", r"\g<1>3.53"),
    page("万 for 亿", "rag/index.zh", r"(\d) 万", r"\1 亿"),
    page("number in a caption", "scaling/isoflop.en", r"(!\[.*?)\b\d\d?\b", r"\g<1>97"),
    page("sign in a displayed formula", "rlhf/grpo.zh", r"(?<=^\$\$\n)([^$]*?)-", r"\1+"),
    page("sign in an inline formula", "rlhf/dpo.en", r"(\$[^$\n]*?)-\\beta", r"\1+\\beta"),
    page("citation changed", "rlhf/dpo.en", r"\[@r-to-q\]", "[@dpo]"),
    page("citation dropped", "rag/reranking.zh", r" \[@[\w-]+\](?=。)", ""),
    page("link changed", "tools/toolformer.en", r"reflection\.md#derivation-retrieve", "hyde.md"),
    page("question's id renamed", "rlhf/dpo.en", r"id: dpo-partition-function", "id: dpo-z"),
    page("question removed", "rlhf/simpo.zh", r"^/// question[\s\S]*?^///\n\n", ""),
    page("date of verification", "rlhf/kto.zh", r"(?<=^verified: 2026-11-)\d\d", "01"),
    page("page not translated", "rlhf/grpo.en", r"[\s\S]+", "---\ntitle: GRPO\n---\n\n# GRPO\n"),
    # Slips of a single page
    page("citation key misspelt", "rlhf/dpo.zh", r"@bradley-terry|@dpo", "@dop"),
    page("script in a page", "rlhf/ppo.en", r"\Z", "\n<script>alert(1)</script>\n"),
    page("link to a script", "rlhf/ppo.en", r"\]\(\w[^)]*\)", "](javascript:alert(1))"),
    page("text reversed by a hidden mark", "rlhf/ppo.en", r"^# (\w)", "# \\1\u202e"),
    page("figure's description lost", "rlhf/ppo.en", r"!\[[^\]]*\](?=\(figure:)", "![]"),
    page("heading renamed that is linked to", "rlhf/ppo.zh", r"#derivation-mdp \}", "#mdp }"),
    page("half-width punctuation in Chinese", "rag/hyde.zh", r"(?<=[一-龥])，", ","),
    page("no space beside Latin letters", "rag/hyde.zh", r"(?<=[一-龥]) (?=[A-Z])", ""),
    page("formula never closed", "context/rope.zh", r"(?<=\S)\$(?=[，。])", ""),
    Damage("page missing from nav", "mkdocs.yml", "      - rag/hyde.md\n", "", SOURCES),
    # Bibliography and glossary
    Damage("entry twice", "references.bib", re.compile(r"(@[^@]+)"), r"\1\1", SOURCES),
    Damage(
        "source under two keys",
        "references.bib",
        re.compile(r"(@\w+\{)([^@]+)"),
        r"\1\2\1again-\2",
        PROJECT,
    ),
    Damage("entry without a kind", "references.bib", "  keywords = {paper},\n", "", SOURCES),
    Damage("term without its Chinese name", "docs/glossary.yml", "{zh: 监督微调, ", "{", SOURCES),
    # lab, and what is made of it
    lab("sign in DPO's loss", "rlhf/dpo", "- (pi_l - ref_l)", "+ (pi_l - ref_l)"),
    lab("PPO takes the larger", "rlhf/ppo", "np.minimum(rho * a", "np.maximum(rho * a"),
    lab("KTO's reference below 0", "rlhf/kto", "max(0.0, float(", "(float("),
    lab("GRPO's deviation, n - 1", "rlhf/grpo", "r.std(axis=1,", "r.std(axis=1, ddof=1,"),
    lab("GPTQ spreads the error wrongly", "quantization/gptq", "end] -= np", "end] += np"),
    lab("SmoothQuant's α inverted", "quantization/smoothquant", "** (1 - alpha)", "** alpha"),
    lab("zero point rounded down", "quantization/affine", "np.round(-x_min", "np.floor(-x_min"),
    lab("NTK exponent d/(d-1)", "context/ntk_aware", "(dim - 2)", "(dim - 1)"),
    lab("ramp inverted", "context/ntk_by_parts", "((turns - alpha) /", "((beta - turns) /"),
    lab("BM25 with another idf", "rag/bm25", '"lucene"', '"robertson"'),
    lab("nDCG's discount shifted", "rag/metrics", "np.arange(k) + 2", "np.arange(k) + 1"),
    lab("Toolformer keeps what hurts", "tools/toolformer", "- result >=", "- result <="),
    lab("optimal size, exponents swapped", "scaling/isoflop", "** (beta / e", "** (alpha / e"),
    lab("entropy in bits", "hallucination/semantic_entropy", "(p * np.log(p))", "(p * np.log2(p))"),
    lab("CLIP's loss of images only", "multimodal/clip", "of_text.mean() + ", ""),
    Damage("worked example", "lab/rlhf/dpo.py", "0.621\n", "0.612\n", (tests("lab/rlhf/dpo.py"),)),
    Damage(
        "worked example copied into the page",
        "docs/rlhf/dpo.en.md",
        '--8<-- "lab/rlhf/dpo.py:example"',
        ">>> dpo_loss([-12.0], [-14.0], [-13.0], [-13.5], beta=0.1)\n0.612",
        (*SOURCES, *PROJECT),
    ),
    Damage("type", "lab/rlhf/dpo.py", "return float(-log", "return (-log", (MYPY,)),
    Damage("shown section renamed", "lab/rlhf/dpo.py", "[start:ipo_loss]", "[start:ipo]", SOURCES),
    Damage(
        "figure drawn from written numbers",
        "figures/rlhf/dpo.py",
        re.compile(r"weight = \[.*"),
        "weight = [0.01, 0.02, 0.03]",
        (RUFF, tests("tests/figures")),
    ),
    built(
        "explorer differs from lab",
        "docs/assets/explorers/ppo-clip.js",
        "return Math.min(",
        "return Math.max(",
        "test_explorers.py::test_ppo_clip",
    ),
    # What a reader's browser loads, and how it looks
    Damage("font of another host", "docs/assets/site.css", 'url("', 'url("https://a.org/', SOURCES),
    Damage(
        "script of another host",
        "overrides/main.html",
        "{% block scripts %}",
        '{% block scripts %}<script src="https://cdn.example.com/a.js"></script>',
        SOURCES,
    ),
    Damage(
        "inline event handler",
        "overrides/partials/search.html",
        'value="close"',
        'value="close" onclick="this.blur()"',
        SOURCES,
    ),
    Damage(
        "request to another host",
        "docs/assets/search.js",
        "import(new URL(",
        'import("https://cdn.example.com/pagefind.js", new URL(',
        SOURCES,
    ),
    built(
        "too little contrast",
        "docs/assets/site.css",
        "--md-typeset-a-color: #0b5cad",
        "--md-typeset-a-color: #8fbfea",
        "test_accessible.py::test_every_page_by_all_rules_light_and_dark[desktop-0]",
    ),
    built(
        "pages name no translation",
        "overrides/main.html",
        'hreflang="{{ language }}" ',
        "",
        "test_links.py::test_pages_name_their_translation",
    ),
    built(
        "fonts that the service worker does not know",
        "hooks/offline.py",
        "|woff2",
        "",
        "test_offline.py::test_the_worker_knows_every_file",
    ),
    # The project itself
    Damage("hook lost", "mkdocs.yml", "  - hooks/policy.py\n", "", PROJECT),
    Damage("hash lost", "requirements.txt", re.compile(r" \\\n( +--hash.*\n)+"), "\n", PROJECT),
    Damage(
        "action not pinned",
        ".github/workflows/test.yml",
        re.compile(r"(?<=actions/checkout@)\w+ #"),
        "v7 #",
        (ZIZMOR,),
    ),
    Damage(
        "check that looks away",
        "hooks/checks/numbers.py",
        '"亿": 10**8',
        '"亿": 10**4',
        (tests("tests/hooks/checks/test_numbers.py"),),
    ),
]
