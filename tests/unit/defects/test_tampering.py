"""Tampering with calls: what AWS is asked, and what the CRM is told, whatever was asked."""

import json
from typing import Any

import pytest

from tests.defects.wire.editing import (
    altered,
    in_entry,
    in_item,
    in_message,
    in_record,
    lost,
    once,
    payload,
    put,
    sk_starts,
    twice,
)
from tests.defects.wire.picking import Neighbours, Pick, anything, of
from tests.defects.wire.proxy import Call, Document, Plan
from tests.defects.wire.tampering import (
    Answered,
    Delayed,
    Denied,
    Sent,
    Stored,
    Undeleted,
    queue_of,
)

WON = {"event_id": "e-1", "event_type": "Won", "tenant_id": "acme", "payload": {"amount": "1"}}
MADE = {"event_id": "e-2", "event_type": "Made", "tenant_id": "acme", "payload": {"amount": "2"}}
IS_WON = of("Won")
TAKEN = {"Entries": [{"EventId": "b-1"}], "FailedEntryCount": 0}


def _entry(event: Document) -> Document:
    return {"Source": "crm", "Detail": _text(event)}


def _text(document: Document) -> str:
    return json.dumps(document, separators=(",", ":"))


def _sent(*events: Document) -> Call:
    return Call("PutEvents", {"Entries": [_entry(each) for each in events]})


def _plan(tampering: Any, call: Call) -> Plan:
    plan: Plan | None = tampering.plan(call)
    assert plan
    return plan


def _asked(plan: Plan) -> list[Document]:
    assert plan.body
    return [json.loads(each["Detail"]) for each in plan.body["Entries"]]


def test_a_lost_entry_is_told_to_be_taken() -> None:
    """The CRM has to think that all is well."""
    tampering = Sent(in_entry(Pick(IS_WON), lost))
    plan = _plan(tampering, _sent(WON, MADE))
    assert _asked(plan) == [MADE]
    told = plan.answer(TAKEN)
    assert (len(told["Entries"]), told["Entries"][1]) == (2, {"EventId": "b-1"})
    assert (told["Entries"][0]["EventId"] != "", tampering.fired) == (True, 1)


def test_where_nothing_is_left_nothing_is_asked() -> None:
    """AWS refuses an empty call."""
    plan = _plan(Sent(in_entry(Pick(IS_WON), lost)), _sent(WON))
    assert plan.body is None
    assert len(plan.answer(None)["Entries"]) == 1


def test_a_doubled_entry_is_told_once() -> None:
    """As many results as the CRM has sent entries."""
    plan = _plan(Sent(in_entry(Pick(IS_WON), twice)), _sent(WON, MADE))
    assert _asked(plan) == [WON, WON, MADE]
    results = [{"EventId": name} for name in ("b-1", "b-2", "b-3")]
    assert plan.answer({"Entries": results, "FailedEntryCount": 0}) == {
        "Entries": [results[0], results[2]],
        "FailedEntryCount": 0,
    }


def test_values_of_the_event_and_its_payload_can_be_altered() -> None:
    """By another value, or by what is made of the old one."""
    louder = Sent(in_entry(Pick(IS_WON), payload(amount=lambda amount: amount + "0")))
    assert _asked(_plan(louder, _sent(WON)))[0]["payload"] == {"amount": "10"}
    moved = Sent(in_entry(Pick(IS_WON), altered(tenant_id="bravo")))
    assert _asked(_plan(moved, _sent(WON)))[0]["tenant_id"] == "bravo"


def test_what_is_not_picked_stays_as_it_is() -> None:
    """And the defect has not struck."""
    tampering = Sent(in_entry(Pick(IS_WON), lost))
    assert (_asked(_plan(tampering, _sent(MADE))), tampering.fired) == ([MADE], 0)


@pytest.mark.parametrize("operation", ["Query", "GetRecords", "PutItem"])
def test_another_operation_is_not_touched(operation: str) -> None:
    """The proxy passes it on as it came."""
    assert Sent(in_entry(Pick(anything), lost)).plan(Call(operation, {})) is None


def _put(sk: str, event: Document) -> Document:
    item = {"pk": {"S": "p"}, "sk": {"S": sk}, "event": {"S": _text(event)}}
    return {"Put": {"TableName": "t", "Item": item}}


def test_a_lost_write_is_a_check_that_always_holds() -> None:
    """The reasons of a refused transaction come in the order of its writes."""
    stored = Stored(put(sk_starts("EVENT#"), in_item("event", Pick(IS_WON), lost)))
    kept = _put("SEQ#1", WON)
    call = Call("TransactWriteItems", {"TransactItems": [_put("EVENT#1", WON), kept]})
    check = {
        "TableName": "t",
        "Key": {"pk": {"S": "p"}, "sk": {"S": "EVENT#1"}},
        "ConditionExpression": "attribute_not_exists(neverthere)",
    }
    assert _plan(stored, call) == Plan({"TransactItems": [{"ConditionCheck": check}, kept]})


def test_a_single_write_can_be_lost_too() -> None:
    """Nothing is asked, and the CRM is told an empty answer, as for a write that was made."""
    stored = Stored(put(sk_starts("EVENT#"), lost))
    plan = _plan(stored, Call("PutItem", _put("EVENT#1", WON)["Put"]))
    assert (plan.body, plan.answer(None)) == (None, {})


def test_records_of_the_stream_are_answered_otherwise() -> None:
    """Only those that hold an event of the event table."""
    image = {"sk": {"S": "EVENT#1"}, "event": {"S": _text(WON)}}
    record = {"eventName": "INSERT", "dynamodb": {"NewImage": image}}
    other = {"eventName": "INSERT", "dynamodb": {"NewImage": {"sk": {"S": "SEQ#1"}}}}
    plan = _plan(
        Answered("GetRecords", in_record(Pick(IS_WON), twice)), Call("GetRecords", {"Limit": 9})
    )
    assert plan.body == {"Limit": 9}
    assert plan.answer({"Records": [record, other]}) == {"Records": [record, record, other]}


def test_an_item_can_be_answered_as_not_there() -> None:
    """DynamoDB then leaves it out."""
    plan = _plan(Answered("GetItem", lost), Call("GetItem", {}))
    assert plan.answer({"Item": {"pk": {"S": "p"}}, "ConsumedCapacity": {}}) == {
        "ConsumedCapacity": {}
    }


def test_messages_of_one_queue_are_answered_otherwise() -> None:
    """With the checksum of what they say now."""
    edit = in_message(Pick(IS_WON), altered(tenant_id="bravo"))
    tampering = Answered("ReceiveMessage", edit, queue_of("views"))
    body = _text({"id": "b-1", "detail": WON})
    told = {"Messages": [{"Body": body, "MD5OfBody": "old"}]}
    assert tampering.plan(Call("ReceiveMessage", {"QueueUrl": "http://q/1/crm-trail"})) is None
    plan = _plan(tampering, Call("ReceiveMessage", {"QueueUrl": "http://q/1/crm-views"}))
    (message,) = plan.answer(told)["Messages"]
    assert json.loads(message["Body"])["detail"]["tenant_id"] == "bravo"
    assert message["MD5OfBody"] not in ("old", None)


def test_a_deletion_that_is_lost_is_told_to_be_done() -> None:
    """Each message by its number."""
    asked = {"QueueUrl": "http://q/1/crm-views", "Entries": [{"Id": "0"}, {"Id": "1"}]}
    plan = _plan(Undeleted(queue_of("views")), Call("DeleteMessageBatch", asked))
    assert (plan.body, plan.answer(None)) == (None, {"Successful": [{"Id": "0"}, {"Id": "1"}]})


def test_a_held_event_goes_through_when_it_is_tried_again() -> None:
    """A client that does not wait so long must not be held for ever."""
    tampering = Delayed(4.5, Pick(IS_WON))
    call = _sent(WON)
    assert (_plan(tampering, call).pause, tampering.plan(call)) == (4.5, None)


def test_every_nth_is_picked_and_stays_picked() -> None:
    """However often it passes."""
    pick = Pick(anything, every=2)
    assert [pick.takes(each) for each in (WON, MADE, WON, MADE)] == [False, True, False, True]


def test_no_more_are_picked_than_asked_for() -> None:
    """A rare defect strikes once."""
    pick = Pick(anything, at_most=1)
    assert [pick.takes(each) for each in (WON, MADE, WON)] == [True, False, True]


def test_a_neighbour_is_another_tenant_that_was_seen() -> None:
    """The run's own canary is nobody's neighbour."""
    neighbours = Neighbours()
    assert neighbours.other_than("1-canary-1") is None
    assert neighbours.other_than("acme") is None
    assert (neighbours.other_than("bravo"), neighbours.other_than("acme")) == ("acme", "bravo")


def test_what_is_denied_was_taken_and_is_denied_once() -> None:
    """Sent again, it is there twice."""
    tampering = Denied(Pick(IS_WON))
    plan = _plan(tampering, _sent(MADE, WON))
    assert _asked(plan) == [MADE, WON]
    results = [{"EventId": "b-1"}, {"EventId": "b-2"}]
    told = plan.answer({"Entries": results, "FailedEntryCount": 0})
    assert [entry.get("ErrorCode") for entry in told["Entries"]] == [None, "ThrottlingException"]
    assert (told["FailedEntryCount"], tampering.plan(_sent(WON))) == (1, None)


def test_what_is_edited_once_is_edited_at_its_first_chance() -> None:
    """What there is nothing to edit about does not count."""
    edit = once(in_entry(Pick(IS_WON), lost))
    assert [list(edit(_entry(each))) for each in (MADE, WON, WON)] == [
        [_entry(MADE)],
        [],
        [_entry(WON)],
    ]
