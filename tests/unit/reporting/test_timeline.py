"""The table of what happened in a scenario."""

from html.parser import HTMLParser

from support.reporting.timeline import Kind, Moment, summary, to_html

COMMAND = Moment(Kind.COMMAND, 1.26, "CreateLead", "acme", "lead a-1", detail='{"name": "<b>|"}')
RECEIPT = Moment(Kind.RECEIPT, 14.8, "LeadCreated", "acme", "lead a-1", 1)
FIRST = Moment(Kind.DELIVERY, 61.0, "LeadCreated", "acme", "lead a-1", 1, "first\nline")
SECOND = Moment(Kind.DELIVERY, 61.0, "LeadCreated", "acme", "lead a-1", 1, "again")


class Cells(HTMLParser):
    """Collect the texts and the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Note a tag."""
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts.append(data)


def read(page: str) -> Cells:
    """Read a page as a browser does."""
    cells = Cells()
    cells.feed(page)
    return cells


def test_a_page_is_escaped_and_fetches_nothing() -> None:
    """Whatever a tenant writes into a field is shown, never run."""
    cells = read(to_html([COMMAND]))
    assert '{"name": "<b>|"}' in cells.texts
    assert cells.tags == {"html", "meta", "style", "table", "caption", "tr", "th", "td"}
    assert "//" not in to_html([COMMAND])


def test_moments_are_shown_by_time_and_stay_in_order_within_one() -> None:
    """A delivery that was noted late stands where it belongs."""
    told = [COMMAND.detail, FIRST.detail, SECOND.detail]
    texts = read(to_html([FIRST, SECOND, COMMAND])).texts
    assert [text for text in texts if text in told] == told


def test_the_summary_counts_in_words() -> None:
    """Singular and plural, in the order of the kinds."""
    refused = Moment(Kind.REFUSAL, 2.0, "invalid_name")
    told = [FIRST, SECOND, COMMAND, refused, refused]
    assert summary(told) == "1 command, 2 refusals, 2 deliveries"
    assert summary([]) == "Nothing"
