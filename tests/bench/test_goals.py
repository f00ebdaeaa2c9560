from bench.goals import table


def test_what_misses_its_goal_is_marked_and_returned() -> None:
    good = {"first paint, s": 1.3, "Lighthouse SEO": 100.0, "requests": 9.0}
    bad = {"first paint, s": 1.4, "Lighthouse SEO": 99.0}
    text, missed = table({"/": good, "/en/": bad})
    assert missed == ["first paint, s, /en/: 1.4", "Lighthouse SEO, /en/: 99"]
    assert text.count("✗") == 2
    paint = next(line for line in text.splitlines() if line.startswith("first paint"))
    assert paint.split()[-1] == "1.5", "a peer's figure stands beside"
