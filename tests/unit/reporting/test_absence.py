"""The page that says why nothing more came."""

from support.reporting.absence import LAST, evidence_page

PROOF = {
    "entry": "evidence",
    "tenant_id": "ae1637-acme-2",
    "asked": "the subscribers of A&B have received nothing",
    "told": ["The event store has <1> event.", "The way was open."],
}


def test_each_proof_has_its_heading_and_its_facts() -> None:
    """Escaped, and nothing else of the journal is shown."""
    page = evidence_page([{"entry": "fence", "tenant_id": "x"}, PROOF, {**PROOF, "told": []}])
    assert page.split("</style>\n")[1] == (
        "<h2>The subscribers of A&amp;B have received nothing <small>(ae1637-acme-2)</small></h2>"
        "<ol><li>The event store has &lt;1&gt; event.</li><li>The way was open.</li></ol>\n"
        "<h2>The subscribers of A&amp;B have received nothing <small>(ae1637-acme-2)</small></h2>"
        "<ol></ol>\n"
        f"<p>{LAST}</p></html>\n"
    )
