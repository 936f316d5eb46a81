"""The page and the lines that tell how long events took."""

from html.parser import HTMLParser

import pytest

from support.judging.punctuality import Percentile, Spread
from support.judging.timeliness import Span
from support.reporting.timings import to_html, to_lines, to_svg

MANY = [
    Percentile(50, Span(0.02, 0.02)),
    Percentile(95, Span(0.0, 0.188)),
    Percentile(99, Span(0.25, 1.5)),
]
ACCEPTED = Spread("command to acceptance", 1204, MANY, Span(1.0, 2.0))
FEW = Spread("cause to <effect>", 1, [], Span(0.3, 0.3))


class Texts(HTMLParser):
    """Collect the texts of a page, and all attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note attributes."""
        self.attributes += [tag, *(f"{name}={value}" for name, value in attrs)]

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts += [data] if data.strip() else []


def _read(page: str) -> Texts:
    texts = Texts()
    texts.feed(page)
    return texts


def test_the_lines_are_a_table() -> None:
    """What was measured, what it was at most, what it was between, and where nobody can tell."""
    assert to_lines([ACCEPTED, FEW]) == [
        "hop                    events      p50           p95               p99           longest",
        "command to acceptance   1,204    20 ms  up to 188 ms  250 ms to 1.50 s  1.00 s to 2.00 s",
        "cause to <effect>           1  too few       too few           too few            300 ms",
    ]


def test_the_page_has_the_verdict_and_every_hop_in_picture_and_table() -> None:
    """A hop that is not in the report was watched for nothing."""
    texts = _read(to_html("100 % & more", [ACCEPTED, FEW], objective=5.0)).texts
    assert "100 % & more" in texts
    assert texts.count("command to acceptance") == texts.count("cause to <effect>") == 2
    assert "too few events (1)" in texts


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    """It opens from disk, in light and in dark."""
    page = to_html("fine", [ACCEPTED], objective=5.0)
    assert "<script" not in page
    assert "//" not in page
    assert "prefers-color-scheme: dark" in page


def test_a_bar_is_pale_where_it_is_not_certain() -> None:
    """Full up to what it was at least, pale up to what it was at most."""
    drawn = _read(to_svg([ACCEPTED], objective=5.0)).attributes
    bars = [drawn[i + 1] + " " + drawn[i + 4] for i, name in enumerate(drawn) if name == "rect"]
    assert bars == [
        "class=p50 width=4.1",
        "class=p95 most width=38.5",
        "class=p95 width=0.0",
        "class=p99 most width=307.5",
        "class=p99 width=51.2",
    ]


@pytest.mark.parametrize(("objective", "lines"), [(2.0, 1), (2.1, 0)])
def test_the_objective_is_drawn_where_it_is_in_the_picture(objective: float, lines: int) -> None:
    """A picture of milliseconds would be empty if it had to reach for it."""
    drawn = _read(to_svg([ACCEPTED], objective)).attributes
    assert drawn.count("class=objective") == lines


def test_the_scale_is_in_round_figures() -> None:
    """Four steps, the last one not before the longest bar ends."""
    texts = _read(to_svg([ACCEPTED], objective=5.0)).texts
    assert texts[:5] == ["0 ms", "500 ms", "1.00 s", "1.50 s", "2.00 s"]


def test_a_run_without_events_has_a_page_too() -> None:
    """With an empty picture."""
    assert "<svg" in to_html("100 % of 0 events", [], objective=5.0)
    assert len(to_lines([])) == 1
