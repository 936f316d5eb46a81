"""The in-memory tap keeps the promises of a tap: what is proved with it is proved."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.support.in_memory_tap import InMemoryTap
from tests.support.samples import an_event
from tests.support.tap_contract import Pipe, TapContract


class TestInMemoryTap(TapContract):
    """Prove the tap that the other tests rely on."""

    @pytest.fixture
    def pipe(self) -> Pipe:
        """Put events straight into the tap."""
        tap = InMemoryTap()

        def publish(events: Sequence[Mapping[str, Any]]) -> None:
            for event in events:
                tap.put(event)

        return Pipe(tap, publish)


def test_what_was_not_deleted_comes_again_as_the_same_message() -> None:
    """A redelivery can be told from a second message."""
    tap = InMemoryTap()
    message_id = tap.put(an_event())
    tap.receive(0)
    tap.put_back()
    assert [each.message_id for each in tap.receive(0)] == [message_id]
