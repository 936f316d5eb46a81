"""How long events took, hop by hop: a page with a small chart and a table, and a few lines."""

import math
from collections.abc import Iterator, Sequence
from html import escape

from support.judging.punctuality import PERCENTS, Percentile, Spread
from support.judging.timeliness import Span
from support.reporting.pages import html_page, html_table, lines

WIDTH, LABELS, FIGURES = 760, 215, 135
BAR, GAP, HOP_GAP, TOP = 9, 2, 8, 24
TICKS = 4
ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
TOO_FEW = "too few"
HEADINGS = ("hop", "events", *(f"p{percent}" for percent in PERCENTS), "longest")
READING = (
    "p95: what 95 % of the events took. A subscriber is only asked from time to time: the event "
    "was there by the end of the pale bar, and not before the end of the full one. An event that a "
    "subscriber caused counts from its cause. Scenarios in which the suite itself held events up "
    "are left out."
)
STYLE = """
:root { color-scheme: light dark; --ground: #fff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0;
  --p50: #1a7f37; --p95: #0550ae; --p99: #8250df; --red: #cf222e }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --ink: #e6edf3; --soft: #9198a1;
  --line: #3d444d; --p50: #3fb950; --p95: #58a6ff; --p99: #bc8cff; --red: #f85149 } }
body { font: 13px/1.4 system-ui, sans-serif; margin: 12px; background: var(--ground);
  color: var(--ink) }
p { max-width: 60em; margin: 0 0 8px } .soft { color: var(--soft) }
svg { display: block; max-width: 760px; width: 100%; font-size: 11px; fill: var(--ink) }
svg .grid { stroke: var(--line) } svg .objective { stroke: var(--red); stroke-dasharray: 4 3 }
svg .soft { fill: var(--soft) } svg .most { opacity: .35 }
svg .p50 { fill: var(--p50) } svg .p95 { fill: var(--p95) } svg .p99 { fill: var(--p99) }
table { border-collapse: collapse; margin: 12px 0 }
th { text-align: left; border-bottom: 2px solid var(--line); color: var(--soft) }
th, td { padding: 3px 12px 3px 0 } td { border-bottom: 1px solid var(--line) }
td:nth-child(n+2), th:nth-child(n+2) { text-align: right; font-variant-numeric: tabular-nums }
"""


def to_html(verdict: str, spreads: Sequence[Spread], objective: float) -> str:
    """Return a page of its own that fetches nothing; `objective` in seconds."""
    return html_page(
        STYLE,
        f"<p>{escape(verdict)}</p>\n{to_svg(spreads, objective)}\n"
        f'{html_table(HEADINGS, map(_cells, spreads))}\n<p class="soft">{READING}</p>',
    )


def to_lines(spreads: Sequence[Spread]) -> list[str]:
    """Return a line a hop, for a console."""
    return lines(HEADINGS, map(_cells, spreads))


def to_svg(spreads: Sequence[Spread], objective: float) -> str:
    """Draw three bars a hop, and the objective where it is in the picture."""
    longest = max((each.span.at_most for s in spreads for each in s.percentiles), default=0)
    step = _round_step(longest / TICKS or 1.0)
    scale = (WIDTH - LABELS - FIGURES) / (step * TICKS)
    hop_height = len(PERCENTS) * (BAR + GAP) + HOP_GAP
    height = TOP + len(spreads) * hop_height
    drawn = [
        *_grid(step, scale, height),
        *(
            part
            for number, spread in enumerate(spreads)
            for part in _hop(spread, TOP + number * hop_height, scale)
        ),
        *([_upright("objective", objective, scale, height)] if objective <= step * TICKS else []),
    ]
    label = "What 50, 95 and 99 % of the events took on each hop"
    shapes = "\n".join(drawn)
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">\n{shapes}\n</svg>'


def shown(span: Span) -> str:
    """Spell a span: what was measured, or what it was at most or between."""
    if span.at_least == span.at_most:
        return _seconds(span.at_most)
    least = f"{_seconds(span.at_least)} to" if span.at_least else "up to"
    return f"{least} {_seconds(span.at_most)}"


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _cells(spread: Spread) -> tuple[str, ...]:
    known = {each.percent: shown(each.span) for each in spread.percentiles}
    figures = (known.get(percent, TOO_FEW) for percent in PERCENTS)
    return (spread.hop, f"{spread.events:,}", *figures, shown(spread.longest))


def _round_step(seconds: float) -> float:
    """Round up to 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(seconds))
    return next(step * power for step in ROUND if step * power >= seconds)


def _grid(step: float, scale: float, height: float) -> Iterator[str]:
    for tick in range(TICKS + 1):
        at = step * tick
        yield _upright("grid", at, scale, height)
        yield _text(_seconds(at), LABELS + at * scale, 12, "soft", "middle")


def _hop(spread: Spread, top: float, scale: float) -> Iterator[str]:
    middle = top + BAR + GAP + BAR
    yield _text(spread.hop, LABELS - 10, middle, "hop", "end")
    if not spread.percentiles:
        yield _text(f"{TOO_FEW} events ({spread.events})", LABELS + 6, middle, "soft", "start")
    for number, each in enumerate(spread.percentiles):
        yield from _bars(each, top + number * (BAR + GAP), scale)


def _bars(percentile: Percentile, top: float, scale: float) -> Iterator[str]:
    kind, span = f"p{percentile.percent}", percentile.span
    if span.at_least < span.at_most:
        yield _bar(f"{kind} most", span.at_most * scale, top)
    yield _bar(kind, span.at_least * scale, top)
    end = LABELS + span.at_most * scale + 6
    yield _text(f"{kind} {shown(span)}", end, top + BAR - 1, "figure", "start")


def _bar(kind: str, width: float, top: float) -> str:
    return f'<rect class="{kind}" x="{LABELS}" y="{top}" width="{width:.1f}" height="{BAR}"/>'


def _upright(kind: str, at: float, scale: float, height: float) -> str:
    x = f"{LABELS + at * scale:.1f}"
    return f'<line class="{kind}" x1="{x}" x2="{x}" y1="{TOP - 8}" y2="{height}"/>'


def _text(words: str, x: float, y: float, kind: str, anchor: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="{kind}" {place}>{escape(words)}</text>'
