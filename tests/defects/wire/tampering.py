"""Tampering with the calls that a CRM makes: what it sends, stores and reads."""

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from uuid import uuid4

from tests.defects.wire.editing import Edit, lost
from tests.defects.wire.picking import Pick
from tests.defects.wire.proxy import Call, Document, Plan

Where = Callable[[Call], bool]
# No item has this attribute: a check that always holds, in the place of a write that is lost.
NEVER = "attribute_not_exists(neverthere)"


def everywhere(_: Call) -> bool:
    """Match every call."""
    return True


def queue_of(subscriber: str) -> Where:
    """Match calls about the queue of a subscriber, not about its dead letters."""
    return lambda call: str(call.body.get("QueueUrl", "")).endswith(f"-{subscriber}")


class Tampering:
    """Edit the elements that calls carry; `fired` counts those that were not left as they were."""

    def __init__(self, edit: Edit) -> None:
        self._edit = edit
        self.fired = 0

    def edited(self, element: Document) -> Sequence[Document]:
        """Return what becomes of one element."""
        made = self._edit(copy.deepcopy(element))
        self.fired += list(made) != [element]
        return made


class Sent(Tampering):
    """Tamper with the entries that are sent to the bus."""

    def plan(self, call: Call) -> Plan | None:
        """Send other entries, and tell the CRM that the bus has taken its own."""
        if call.operation != "PutEvents":
            return None
        made = [self.edited(entry) for entry in call.body["Entries"]]
        entries = [entry for each in made for entry in each]
        return Plan(
            {**call.body, "Entries": entries} if entries else None,
            lambda told: _as_if_taken(made, told),
        )


def _as_if_taken(made: Sequence[Sequence[Document]], told: Document | None) -> Document:
    left = list((told or {"Entries": []})["Entries"])
    results = [[left.pop(0) for _ in each] for each in made]
    entries = [each[0] if each else {"EventId": str(uuid4())} for each in results]
    return {"FailedEntryCount": sum("ErrorCode" in each for each in entries), "Entries": entries}


class Denied(Tampering):
    """Tell the CRM of what is picked that the bus has refused it, once, though it was taken."""

    def __init__(self, pick: Pick) -> None:
        super().__init__(lost)
        self._pick = pick
        self._told: set[str] = set()

    def plan(self, call: Call) -> Plan | None:
        """Send all, and answer otherwise."""
        if call.operation != "PutEvents":
            return None
        denied = [self._is_due(json.loads(entry["Detail"])) for entry in call.body["Entries"]]
        return Plan(call.body, lambda told: _as_if_refused(denied, told)) if any(denied) else None

    def _is_due(self, event: Document) -> bool:
        if not self._pick.takes(event) or event["event_id"] in self._told:
            return False
        self._told.add(event["event_id"])
        self.fired += 1
        return True


def _as_if_refused(denied: Sequence[bool], told: Document | None) -> Document:
    results = (told or {"Entries": []})["Entries"]
    refusal = {"ErrorCode": "ThrottlingException", "ErrorMessage": "Slow down."}
    entries = [refusal if no else result for no, result in zip(denied, results, strict=True)]
    return {"FailedEntryCount": sum(denied), "Entries": entries}


class Stored(Tampering):
    """Tamper with what is written to tables; a write is {"Put": ...}, {"Update": ...} and so on."""

    def plan(self, call: Call) -> Plan | None:
        """Write something else, and tell the CRM that it is done."""
        if call.operation == "TransactWriteItems":
            writes = [self.edited(write) or [_check(write)] for write in call.body["TransactItems"]]
            return Plan({**call.body, "TransactItems": [w for each in writes for w in each]})
        if call.operation == "PutItem":
            kept = self.edited({"Put": call.body})
            return Plan(kept[0]["Put"] if kept else None)
        return None


def _check(write: Document) -> Document:
    """Return what takes a lost write's place, so that the reasons of a refusal keep theirs."""
    (what,) = write.values()
    where = what.get("Key") or {name: what["Item"][name] for name in ("pk", "sk")}
    return {
        "ConditionCheck": {
            "TableName": what["TableName"],
            "Key": where,
            "ConditionExpression": NEVER,
        }
    }


class Answered(Tampering):
    """Tamper with the elements of an answer: GetRecords, Query, GetItem or ReceiveMessage."""

    LISTS: Mapping[str, str] = {
        "GetRecords": "Records",
        "Query": "Items",
        "ReceiveMessage": "Messages",
        "GetItem": "Item",
    }

    def __init__(self, operation: str, edit: Edit, where: Where = everywhere) -> None:
        super().__init__(edit)
        self._operation = operation
        self._name = self.LISTS[operation]
        self._where = where

    def plan(self, call: Call) -> Plan | None:
        """Ask what the CRM asks, and answer something else."""
        if call.operation != self._operation or not self._where(call):
            return None
        return Plan(call.body, self._answer)

    def _answer(self, told: Document | None) -> Document:
        answer = dict(told or {})
        if self._name not in answer:
            return answer
        found = answer.pop(self._name)
        if isinstance(found, list):
            return {**answer, self._name: [one for each in found for one in self.edited(each)]}
        kept = self.edited(found)
        return {**answer, self._name: kept[0]} if kept else answer


class Undeleted(Tampering):
    """Lose the deletion of messages, and tell the CRM that they are gone."""

    def __init__(self, where: Where) -> None:
        super().__init__(lost)
        self._where = where

    def plan(self, call: Call) -> Plan | None:
        """Delete nothing."""
        if call.operation != "DeleteMessageBatch" or not self._where(call):
            return None
        self.edited(call.body)
        return Plan(
            None,
            lambda _: {"Successful": [{"Id": each["Id"]} for each in call.body["Entries"]]},
        )


class Delayed(Tampering):
    """Hold the sending of what is picked up for some seconds, once."""

    def __init__(self, seconds: float, pick: Pick) -> None:
        super().__init__(lost)
        self._seconds = seconds
        self._pick = pick
        self._held: set[str] = set()

    def plan(self, call: Call) -> Plan | None:
        """Hold the call up; one that is tried again goes through."""
        if call.operation != "PutEvents":
            return None
        events = [json.loads(entry["Detail"]) for entry in call.body["Entries"]]
        due = {event["event_id"] for event in events if self._pick.takes(event)} - self._held
        if not due:
            return None
        self._held |= due
        self.edited(call.body)
        return Plan(call.body, pause=self._seconds)
