"""How long recovery took is told for each kind of trouble."""

from support.reporting.recoveries import Recovery, to_html, to_lines

RECOVERIES = [
    Recovery("the publisher is killed", 0.5),
    Recovery("the publisher is killed", 1.5),
    Recovery("the publisher is killed", 0.75),
    Recovery("the transport is <slow>", 2.0),
]


def test_each_kind_has_a_line_the_slowest_first() -> None:
    """One figure a scenario would be too many to read."""
    assert to_lines(RECOVERIES) == [
        "what was repaired        times  median  longest",
        "the transport is <slow>      1  2.00 s   2.00 s",
        "the publisher is killed      3  0.75 s   1.50 s",
    ]


def test_where_nothing_was_repaired_nothing_is_told() -> None:
    """Most runs are about other chapters."""
    assert to_lines([]) == []


def test_the_page_has_the_same_rows() -> None:
    """And shows what looks like a tag as it is."""
    page = to_html(RECOVERIES)
    assert "<td>the transport is &lt;slow&gt;</td><td>1</td><td>2.00 s</td><td>2.00 s</td>" in page
    assert page.count("<tr>") == 3
