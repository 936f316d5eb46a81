"""Notes about a run become a page that shows them as they are."""

from support.reporting.notes import notes_page


def test_each_note_is_a_line_of_its_own() -> None:
    """Whatever characters are in it."""
    page = notes_page(["The bus <nerve> is others' as well.", "Tenants stay."])
    assert page.endswith(
        "<ol><li>The bus &lt;nerve&gt; is others&#x27; as well.</li><li>Tenants stay.</li></ol>"
        "</html>\n"
    )
