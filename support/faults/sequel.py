"""In which order, and in which form, deliveries arrive."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum

from support.errors import ScenarioError
from support.fixtures.older import older
from support.judging.case import Document
from support.observing.deliveries import Delivery


class Sequel(StrEnum):
    """Say how deliveries arrive, in the words of a sentence."""

    IN_ORDER = "in order"
    REVERSED = "in reverse order"
    SHUFFLED = "in a random order"
    OLDER = "in its older form"
    WRONG = "with wrong amounts"


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
        case Sequel.WRONG:
            return with_wrong_amounts(deliveries)


def in_older_form(deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
    """Return deliveries with each event told in the schema version before its own, if there is one.

    Raises ScenarioError if none was ever told otherwise.
    """
    return _told_otherwise(deliveries, older, "an older form")


def with_wrong_amounts(deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
    """Return deliveries with each amount of money 1.00; raises ScenarioError if there is none."""
    return _told_otherwise(deliveries, _with_wrong_amount, "an amount")


def _told_otherwise(
    deliveries: Sequence[Delivery], otherwise: Callable[[Document], Document | None], what: str
) -> Sequence[Delivery]:
    made = [_with(each, otherwise(each.detail)) for each in deliveries]
    if not any(made):
        raise ScenarioError(f"nothing that was held back has {what}")
    return [new or old for new, old in zip(made, deliveries, strict=True)]


def _with(delivery: Delivery, event: Document | None) -> Delivery | None:
    if event is None:
        return None
    body = {**json.loads(delivery.body), "detail": event}
    return replace(delivery, body=json.dumps(body, ensure_ascii=False), detail=event)


def _with_wrong_amount(event: Document) -> Document | None:
    payload = event["payload"]
    if "amount" not in payload:
        return None
    return {**event, "payload": {**payload, "amount": {**payload["amount"], "amount": "1.00"}}}
