"""In which order, and in which form, deliveries arrive."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from support.errors import ScenarioError
from support.fixtures.older import older
from support.observing.deliveries import Delivery


class Sequel(StrEnum):
    """Say how deliveries arrive, in the words of a sentence."""

    IN_ORDER = "in order"
    REVERSED = "in reverse order"
    SHUFFLED = "in a random order"
    OLDER = "in its older form"


OUT_OF_ORDER = frozenset({Sequel.REVERSED, Sequel.SHUFFLED})


def arranged(
    deliveries: Sequence[Delivery], sequel: Sequel, rng: random.Random
) -> Sequence[Delivery]:
    """Return deliveries as they are to arrive; raises ScenarioError if they cannot."""
    match sequel:
        case Sequel.IN_ORDER:
            return [*deliveries]
        case Sequel.REVERSED:
            return [*reversed(deliveries)]
        case Sequel.SHUFFLED:
            return rng.sample(deliveries, len(deliveries))
        case Sequel.OLDER:
            return in_older_form(deliveries)


def in_older_form(deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
    """Return deliveries with each event told in the schema version before its own, if there is one.

    Raises ScenarioError if none was ever told otherwise.
    """
    made = [_older(each) for each in deliveries]
    if not any(made):
        raise ScenarioError("nothing that was held back has an older form")
    return [new or old for new, old in zip(made, deliveries, strict=True)]


def _older(delivery: Delivery) -> Delivery | None:
    event = older(delivery.detail)
    if event is None:
        return None
    body = {**json.loads(delivery.body), "detail": event}
    return replace(delivery, body=json.dumps(body, ensure_ascii=False), detail=event)
