"""What commands promise is what the contract publishes."""

from collections import Counter

from support.acts import ACTS, PROMISED, act_of
from support.contract.catalogue import Catalogue

PUBLISHED = Catalogue().event_types()


def test_every_command_of_the_contract_promises_events() -> None:
    """And no other."""
    assert sorted(PROMISED) == sorted(act.command for act in ACTS)


def test_every_event_type_of_the_contract_is_promised_by_a_command() -> None:
    """And no other."""
    assert {event for events in PROMISED.values() for event in events} == set(PUBLISHED)


def test_a_command_promises_first_what_happens_to_its_own_entity() -> None:
    """An event type is the first of one command alone, and none is promised twice."""
    for command, (first, *others) in PROMISED.items():
        assert PUBLISHED[first] is act_of(command).entity
        assert len({first, *others}) == 1 + len(others)
    assert Counter(events[0] for events in PROMISED.values()).most_common(1)[0][1] == 1
