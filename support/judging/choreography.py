"""The auditor's look at what events make subscribers do: a deactivation closes what is open."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from support.contract.entities import EntityType
from support.judging.case import Document, Evidence, Finding, Kind, entity_of, title

DEACTIVATED = "AccountDeactivated"
CLOSING = frozenset({"ActivityCompleted", "ActivityCancelled", "OpportunityWon", "OpportunityLost"})

Entity = tuple[str, str]


@dataclass
class _Business:
    """Follow what is open at which account, and what a deactivation still has to close."""

    account_of: dict[Entity, str] = field(default_factory=dict)
    open_at: dict[str, set[Entity]] = field(default_factory=lambda: defaultdict(set))
    owed: dict[Entity, Document] = field(default_factory=dict)

    def opens(self, event: Document, account_id: str) -> None:
        """Note that something has been opened at an account."""
        self.account_of[entity_of(event)] = account_id
        self.open_at[account_id].add(entity_of(event))

    def closes(self, event: Document) -> None:
        """Note that something is closed, by whomever."""
        entity = entity_of(event)
        self.open_at[self.account_of.get(entity, "")].discard(entity)
        self.owed.pop(entity, None)

    def deactivates(self, event: Document) -> None:
        """Note that an account has to have nothing open any more."""
        for entity in self.open_at[event["entity_id"]]:
            self.owed.setdefault(entity, event)


def choreography(evidence: Evidence) -> Iterator[Finding]:
    """Find what a deactivation has left open, and what it has closed of another account.

    Goes by the order of the commit. Whether it closes what is open at the account's contacts, too,
    is left to the CRM.
    """
    deactivations = {e["event_id"]: e for e in evidence.history if e["event_type"] == DEACTIVATED}
    if deactivations:
        yield from _followed(evidence, deactivations)


def _followed(evidence: Evidence, deactivations: Mapping[str, Document]) -> Iterator[Finding]:
    business = _Business()
    for event in evidence.history:
        account_id = _opened_at(event)
        if account_id is not None:
            business.opens(event, account_id)
        elif event["event_type"] == DEACTIVATED:
            business.deactivates(event)
        elif event["event_type"] in CLOSING:
            business.closes(event)
            cause = deactivations.get(event["causation_id"])
            at = business.account_of.get(entity_of(event))
            if cause is not None and at is not None and at != cause["entity_id"]:
                sentence = f"{title(event)} was caused by {title(cause)}, and is about {at}"
                yield evidence.finding(Kind.PHANTOM, sentence, event)
    for (kind, entity_id), cause in sorted(business.owed.items(), key=itemgetter(0)):
        sentence = f"{title(cause)} has left the {kind} {entity_id} open"
        yield evidence.finding(Kind.LOST, sentence, cause)


def _opened_at(event: Document) -> str | None:
    """Return the account at which an event opens something, None if it does not."""
    payload = event["payload"]
    if event["event_type"] == "OpportunityCreated":
        return str(payload.get("account_id"))
    about_account = payload.get("regarding_type") == EntityType.ACCOUNT
    if event["event_type"] == "ActivityScheduled" and about_account:
        return str(payload.get("regarding_id"))
    return None
