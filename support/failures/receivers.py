"""Whom a sentence means by the receivers of deliveries."""

from collections.abc import Sequence

from support.crm.port import Subscriber
from support.errors import ScenarioError
from support.parties import ALL, Party


def receivers(whom: Party, known: Sequence[Subscriber]) -> list[Subscriber]:
    """Return one subscriber, or all; raises ScenarioError naming those that there are."""
    found = [each for each in known if whom in (ALL, Party(each.name))]
    if not found:
        names = ", ".join(each.name for each in known)
        raise ScenarioError(f"nobody is called {whom}; the subscribers are {names}")
    return found
