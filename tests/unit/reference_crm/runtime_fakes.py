"""Stand-ins for the clients of AWS, for the loops of the reference CRM."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event as Flag
from typing import Any

from botocore.exceptions import ClientError

from support.reference_crm.envelope import Event
from support.reference_crm.patience import Patience
from support.reference_crm.set_aside import Aside
from support.reference_crm.stored import Place


def failure(code: str, *reasons: str) -> ClientError:
    """Return an error answer of AWS; a cancelled transaction has a reason for each write."""
    answer: Any = {
        "Error": {"Code": code, "Message": code},
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }
    if reasons:
        answer["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(answer, "Operation")


def event(entity_id: str, version: int = 1, **changes: Any) -> Event:
    """Return an event of an account."""
    fields = {
        "event_id": f"{entity_id}-{version}",
        "event_type": "AccountCreated" if version == 1 else "AccountUpdated",
        "schema_version": 1,
        "tenant_id": "acme",
        "entity_type": "account",
        "entity_id": entity_id,
        "version": version,
        "occurred_at": "2026-03-31T09:00:00.000Z",
        "actor": "ann",
        "correlation_id": "c",
        "causation_id": None,
        "payload": {"name": f"v{version}", "industry": None},
    }
    if version == 1:
        fields["payload"] = {"name": "v1", "owner": "bob", "industry": None}
    return Event.model_validate_json(json.dumps({**fields, **changes}))


def record(number: int, stored: Event | str, name: str = "INSERT", sk: str | None = None) -> Any:
    """Return a record of the stream; what is no event stands in the place of the first of `a`."""
    body = stored if isinstance(stored, str) else stored.to_json()
    place = Place.of(event("a") if isinstance(stored, str) else stored)
    return {
        "eventName": name,
        "dynamodb": {
            "Keys": {"pk": {"S": place.pk}, "sk": {"S": sk or place.sk}},
            "NewImage": {"event": {"S": body}},
            "SequenceNumber": str(number),
        },
    }


@dataclass
class FakeStreams:
    """Hold shards: a list of records each; a closed one ends, an unlisted one can be read."""

    shards: dict[str, list[Any]]
    parents: dict[str, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    unlisted: frozenset[str] = frozenset()
    page: int = 100
    shards_a_page: int = 100
    failures: list[ClientError] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    opened: list[tuple[str, str]] = field(default_factory=list)
    not_opened: list[ClientError] = field(default_factory=list)

    def describe_stream(self, *, StreamArn: str, ExclusiveStartShardId: str = "") -> Any:  # noqa: ARG002, N803
        """Answer with some of the shards."""
        names = [name for name in self.shards if name not in self.unlisted]
        start = names.index(ExclusiveStartShardId) + 1 if ExclusiveStartShardId else 0
        chosen = names[start : start + self.shards_a_page]
        described: dict[str, Any] = {"Shards": [self._described(name) for name in chosen]}
        if start + self.shards_a_page < len(names):
            described["LastEvaluatedShardId"] = chosen[-1]
        return {"StreamDescription": described}

    def get_shard_iterator(self, **asked: Any) -> Any:
        """Answer with an iterator: the shard and the index of the next record."""
        if asked["ShardId"] not in self.shards:
            raise failure("ResourceNotFoundException")
        if self.not_opened:
            raise self.not_opened.pop()
        self.opened.append((asked["ShardIteratorType"], asked.get("SequenceNumber", "")))
        numbers = [one["dynamodb"]["SequenceNumber"] for one in self.shards[asked["ShardId"]]]
        after = asked.get("SequenceNumber")
        index = numbers.index(after) + 1 if after else 0
        return {"ShardIterator": f"{asked['ShardId']}@{index}"}

    def get_records(self, *, ShardIterator: str, Limit: int) -> Any:  # noqa: ARG002, N803
        """Answer with a page of records, or the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        name, _, index = ShardIterator.partition("@")
        start, records = int(index), self.shards[name]
        self.reads.append(name)
        found = records[start : start + self.page]
        answer: dict[str, Any] = {"Records": found}
        if name not in self.closed or start + len(found) < len(records):
            answer["NextShardIterator"] = f"{name}@{start + len(found)}"
        return answer

    def _described(self, name: str) -> dict[str, str]:
        parent = {"ParentShardId": self.parents[name]} if name in self.parents else {}
        return {"ShardId": name, **parent}


@dataclass
class FakeBus:
    """Accept entries, except those that an answer in `refusals` names by entity id.

    A call with an event that is `never` taken fails as a whole.
    """

    refusals: list[set[str] | Exception] = field(default_factory=list)
    refusal: dict[str, str] = field(default_factory=lambda: {"ErrorCode": "ThrottlingException"})
    never: Mapping[str, Exception] = field(default_factory=dict)
    calls: list[list[str]] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    def put_events(self, *, Entries: Sequence[Any]) -> Any:  # noqa: N803
        """Answer entry by entry."""
        details = [json.loads(entry["Detail"]) for entry in Entries]
        self.calls.append([detail["event_id"] for detail in details])
        refused = self.refusals.pop(0) if self.refusals else set()
        if isinstance(refused, Exception):
            raise refused
        for detail in details:
            if detail["event_id"] in self.never:
                raise self.never[detail["event_id"]]
        return {"Entries": [self._answer(detail, refused) for detail in details]}

    def _answer(self, detail: Any, refused: set[str]) -> dict[str, str]:
        if detail["entity_id"] in refused:
            return self.refusal
        self.accepted.append(detail["event_id"])
        return {"EventId": "e"}


@dataclass
class FakeCheckpoints:
    """Remember checkpoints."""

    saved: dict[str, str] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)
    on_save: Callable[[], None] = lambda: None

    def all(self) -> dict[str, str]:
        """Return all of them."""
        return dict(self.saved)

    def forget(self, shard_id: str) -> None:
        """Forget one."""
        self.forgotten.append(shard_id)
        del self.saved[shard_id]

    def save(self, shard: Any, reached: str) -> None:
        """Remember one."""
        self.on_save()
        self.saved[shard.shard_id] = reached


@dataclass
class FakeAside:
    """Remember what was set aside, in order."""

    kept: list[Aside] = field(default_factory=list)
    failures: list[ClientError] = field(default_factory=list)

    def all(self) -> list[Aside]:
        """Return all of it."""
        return list(self.kept)

    def put(self, place: Place, event_id: str | None, event_type: str | None, reason: str) -> None:
        """Set an event aside, or fail."""
        if self.failures:
            raise self.failures.pop(0)
        self.remove(place)
        self.kept.append(Aside(place, event_id, event_type, reason, "now"))

    def remove(self, place: Place) -> None:
        """Take an event back."""
        self.kept = [aside for aside in self.kept if aside.place != place]


class Hasty(Patience):
    """Wait for nothing."""

    def __init__(self) -> None:
        super().__init__(Flag())
        self._stop.wait = lambda timeout=None: False  # type: ignore[method-assign] # noqa: ARG005

    def pause_after(self, tries: int) -> float:  # noqa: ARG002
        """Leave nothing alone."""
        return 0.0

    def end(self) -> None:
        """Be told to end."""
        self._stop.set()
