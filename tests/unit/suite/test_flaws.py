"""What is wrong with a command that nobody would send, and nothing else about it."""

from dataclasses import replace

import pytest

from support.crm.port import Command
from support.flaws import Flaw, spoil

SOUND = Command("acme", "CreateLead", "lead-1", {"company": "Engines"}, "key", "correlation", "ada")


@pytest.mark.parametrize(
    ("flaw", "entity_id"),
    [
        (Flaw.EMPTY_ID, ""),
        (Flaw.LONG_ID, f"lead-1{'x' * 95}"),
        (Flaw.BAD_ID, "lead-1#1"),
    ],
)
def test_an_id_is_spoilt_by_one_step_beyond_what_is_allowed(flaw: Flaw, entity_id: str) -> None:
    """A hundred characters are allowed, and one at least is needed."""
    assert spoil(SOUND, flaw) == replace(SOUND, entity_id=entity_id)
