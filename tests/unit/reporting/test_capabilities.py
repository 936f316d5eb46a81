"""What a target can carry is a table, and what was skipped for it is a line."""

import pytest

from support.crm.needs import NEEDS
from support.reporting.capabilities import at_the_start, to_html, to_lines
from support.targets.capabilities import YES

DENIED = "needs-queue-policies: it lets the bus send: always"
DISABLED = "needs-disabled-rules: it delivers all the same"


def test_what_was_skipped_is_counted_by_need() -> None:
    """In the order of the needs, whatever came first."""
    assert to_lines([DENIED, DISABLED, DENIED]) == [
        "Skipped for what cannot be done here: 1 for needs-disabled-rules, "
        "2 for needs-queue-policies."
    ]


@pytest.mark.parametrize("skipped", [[], [""], ["somebody said so: today"], ["needs-parked"]])
def test_where_no_need_was_lacking_nothing_is_told(skipped: list[str]) -> None:
    """A scenario can be skipped for other reasons, or for none."""
    assert to_lines(skipped) == []


def test_the_page_has_a_row_for_each_need() -> None:
    """With what it asks for, and how many scenarios were skipped for it, if any."""
    carried = {**dict.fromkeys(NEEDS, YES), "needs-queue-policies": "it sends <always>"}
    page = to_html("somewhere", carried, [DENIED, DENIED])
    shown = [line for line in page.splitlines() if "<td>needs-" in line]
    assert [line.partition("</td>")[0].rpartition("<td>")[2] for line in shown] == [*NEEDS]
    assert (
        "<tr><td>needs-queue-policies</td><td>"
        f"{NEEDS['needs-queue-policies'].replace(chr(39), '&#x27;')}</td>"
        "<td>it sends &lt;always&gt;</td><td>2</td></tr>"
    ) in shown
    assert page.count("<td>yes</td><td></td>") == len(NEEDS) - 1
    assert "<p>somewhere</p>" in page


def test_what_a_crm_cannot_do_is_told_before_anything_is_skipped_for_it() -> None:
    """Whoever reads it can see what is not going to be proved."""
    assert at_the_start({}) == []
    assert at_the_start({"needs-parked": "the CRM does not know /parked"}) == [
        "Skipped at this CRM is what has @needs-parked: the CRM does not know /parked."
    ]
