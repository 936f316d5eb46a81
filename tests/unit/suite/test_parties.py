"""Whoever takes part in delivering events is told as the sentences call them."""

import pytest

from support.parties import Party


@pytest.mark.parametrize(
    "words", ["the transport", "the publisher", "the subscriber audit-trail", "all subscribers"]
)
def test_a_party_is_told_in_the_words_that_named_it(words: str) -> None:
    """In the journal, and in the report's tables."""
    assert str(Party.of(words)) == words
