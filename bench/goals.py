"""What the site is to reach, and what its peers reached."""

from __future__ import annotations

# By figure: the most it may be; at least, if negative.
GOALS = {
    "first paint, s": 1.3,
    "maths readable, s": 1.8,
    "layout shift": 0.0,
    "transferred, KB": 120,
    "requests to other hosts": 0,
    "Lighthouse performance": -100,
    "Lighthouse accessibility": -100,
    "Lighthouse best practices": -100,
    "Lighthouse SEO": -100,
    "first search result, s": 1.5,
    "a keystroke (median), ms": 30,
    "a query's page comes first, %": -85,
    "a query's page is in the first three, %": -97,
    "results in the other language": 0,
}

# Measured in November 2026 on the phone and network of bench/site.py, on a page with formulas;
# Lighthouse with its mobile preset.
PEERS: dict[str, dict[str, str]] = {
    "hello-algo": {
        "maths readable, s": "14.1",
        "transferred, KB": "1844",
        "requests": "42",
        "requests to other hosts": "4–5 hosts",
        "Lighthouse performance": "55",
    },
    "wdndev": {
        "maths readable, s": "6.8",
        "transferred, KB": "637",
        "requests to other hosts": "4–5 hosts",
        "Lighthouse performance": "56",
    },
    "cs-self-learning": {
        "transferred, KB": "381",
        "requests to other hosts": "4–5 hosts",
        "Lighthouse performance": "84",
    },
    "Material alone": {"first paint, s": "1.5", "transferred, KB": "79"},
}


def misses(figure: str, value: float) -> bool:
    goal = GOALS.get(figure)
    if goal is None:
        return False
    return value < -goal if goal < 0 else value > goal


def table(columns: dict[str, dict[str, float]]) -> tuple[str, list[str]]:
    """The figures of each column beside goals and peers, and which of them miss their goal.

    ``columns`` is by heading, then by figure. ✗ marks a miss.
    """
    measured = dict.fromkeys(figure for column in columns.values() for figure in column)
    figures = [*filter(measured.__contains__, GOALS), *(f for f in measured if f not in GOALS)]
    peers = [name for name in PEERS if measured.keys() & PEERS[name].keys()]
    rows, missed = [["", "goal", *columns, *peers]], []
    for figure in figures:
        goal = GOALS.get(figure)
        row = [figure, "" if goal is None else f"≥ {-goal:g}" if goal < 0 else f"≤ {goal:g}"]
        for heading, column in columns.items():
            if figure not in column:
                row.append("–")
                continue
            value = column[figure]
            wrong = misses(figure, value)
            row.append(("✗ " if wrong else "") + f"{value:.3g}")
            if wrong:
                missed.append(f"{figure}, {heading}: {value:.3g}")
        rows.append([*row, *(PEERS[peer].get(figure, "–") for peer in peers)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    ]
    return "\n".join(lines), missed
