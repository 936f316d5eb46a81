"""Bugs to plant in the second CRM, which the suite has to find: each patches one thing."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from tests.other_crm import desk, readers
from tests.other_crm.broom import Broom
from tests.other_crm.cabinet import Cabinet, Commit, Document
from tests.other_crm.courier import Courier
from tests.other_crm.desk import Desk, Slip
from tests.other_crm.fields import Refused
from tests.other_crm.readers import Mirror, Reader, Scribe
from tests.other_crm.rules import Change


def forgets_an_event() -> None:
    """A change of owner is never published."""

    def kept(event: Document) -> Document | None:
        return None if event["event_type"] == "AccountOwnerChanged" else event

    _publish_otherwise(kept)


def sends_a_wrong_version() -> None:
    """A qualified lead is published under the version after its own."""

    def advanced(event: Document) -> Document:
        more = int(event["event_type"] == "LeadQualified")
        return {**event, "version": event["version"] + more}

    _publish_otherwise(advanced)


def publishes_what_it_refuses() -> None:
    """An edit of an old version is refused, and its event is published all the same."""
    real = Desk._take

    def take(self: Desk, slip: Slip) -> dict[str, Any]:
        try:
            return real(self, slip)
        except Refused as refused:
            if refused.why == "version conflict":
                _send(self, _unwanted(slip))
            raise

    _replace(Desk, "_take", take)


def counts_a_deal_twice() -> None:
    """A deal that was won counts double in what was won."""
    real = readers._row

    def row(deals: list[dict[str, Any]], currency: str) -> Mapping[str, list[str]]:
        won = [deal for deal in deals if deal["stage"] == "won"]
        return real([*deals, *won], currency)

    _replace(readers, "_row", row)


def shows_another_tenants_view() -> None:
    """A view is looked up by the id alone, so a tenant is shown what another has under its id."""

    def show(self: Mirror, _tenant: str, kind: str, thing: str) -> dict[str, Any] | None:
        alike = (found for place, found in self._shown.items() if place[1:] == (kind, thing))
        return next(alike, None)

    _replace(Mirror, "show", show)


def leaves_deals_open() -> None:
    """What was left is tidied up but for the open deals."""
    real = Broom._open_at

    def open_at(self: Broom, event: Document) -> list[tuple[str, str]]:
        return [each for each in real(self, event) if each[0] != "opportunity"]

    _replace(Broom, "_open_at", open_at)


def writes_a_line_twice() -> None:
    """The scribe has the effect of a conversion twice."""
    real = Scribe.effect

    def effect(self: Scribe, event: Document) -> None:
        for _ in range(1 + (event["event_type"] == "LeadConverted")):
            real(self, event)

    _replace(Scribe, "effect", effect)


def forgets_keys() -> None:
    """A repeated order is carried out, or refused, as if nobody had ever given it."""
    real = Cabinet.card

    def card(self: Cabinet, tenant: str, name: str) -> Document | None:
        return None if name.startswith("key/") else real(self, tenant, name)

    _replace(Cabinet, "card", card)


def takes_events_as_they_come() -> None:
    """A reader applies an event again when it comes again."""
    real = Reader._mark

    def mark(self: Reader, event: Document) -> None:
        for _ in range(1 + (event["event_type"] == "ContactMovedToAccount")):
            real(self, event)

    _replace(Reader, "_mark", mark)


BUGS: Mapping[str, Callable[[], None]] = {
    bug.__name__.replace("_", "-"): bug
    for bug in (
        forgets_an_event,
        sends_a_wrong_version,
        publishes_what_it_refuses,
        counts_a_deal_twice,
        shows_another_tenants_view,
        leaves_deals_open,
        writes_a_line_twice,
        forgets_keys,
        takes_events_as_they_come,
    )
}


def plant(name: str | None) -> None:
    """Plant a bug by its name; none where there is no name."""
    if name:
        BUGS[name]()


def _publish_otherwise(told: Callable[[Document], Document | None]) -> None:
    real = Courier.publish

    def publish(self: Courier, commit: Commit) -> None:
        events = [event for each in commit.events if (event := told(each)) is not None]
        real(self, Commit(commit.tenant, commit.number, events))

    _replace(Courier, "publish", publish)


def _unwanted(slip: Slip) -> Commit:
    (event,) = desk._events(
        slip,
        (Change("account", slip.thing, "AccountUpdated", slip.data),),
        [{"version": slip.as_of}],
        at=1_800_000_000_000,
    )
    return Commit(slip.tenant, uuid4().int % 10**8, [event])


def _send(at: Desk, commit: Commit) -> None:
    """Put a commit among what is to be published, and nowhere else."""
    cabinet = at._cabinet
    card = f"{commit.tenant}/{commit.number:09d}"
    put: Any = cabinet._put("outgoing", card, {"events": list(commit.events)})
    cabinet._dynamodb.put_item(**put["Put"])
    at._told()


def _replace(owner: Any, name: str, new: object) -> None:
    setattr(owner, name, new)
