"""A role is led to the fault proxy for as long as a fault lasts, and the proxy told what to do."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.contract.entities import EntityType
from support.faults.answers import AwsAnswers
from support.faults.hardships import Hardship, Moment, Refusal, suffering
from support.faults.plane import ControlPlane, FaultError
from support.faults.processes import Processes
from support.faults.proxy_process import Rule
from support.names import EntityRef
from support.observing.journal import Journal
from support.parties import PUBLISHER, TRANSPORT, Party
from support.targets.aws import Aws
from tests.support.fake_operator import FakeOperator
from tests.support.fake_proxy import FakeProxy

PATIENCE_S = 0.02
PROXY = "http://proxy"
TRAIL = Party("audit-trail")
GLOBEX = EntityRef(EntityType.ACCOUNT, "globex")


class Firing(FakeProxy):
    """Let every rule fire at once."""

    def fired(self, number: int) -> list[Rule]:
        """List two calls."""
        call = {"rule_id": number, "operation": "PutEvents", "action": "reset"}
        return [{**call, "ts": 12.5}, {**call, "ts": 11.0}]


def answers(
    proxy: FakeProxy, operator: FakeOperator, plane: ControlPlane, journal: Journal
) -> AwsAnswers:
    """Return what leads the roles of a CRM to a proxy."""
    aws = Aws(None, "us-east-1")
    return AwsAnswers(proxy, Processes(operator, plane), plane, aws, journal, PATIENCE_S)


def test_a_hardship_lasts_until_the_repair(
    operator: FakeOperator, empty_plane: ControlPlane, journal: Journal
) -> None:
    """The rule goes first: the role is to end as if nothing was wrong."""
    proxy = Firing()
    answers(proxy, operator, empty_plane, journal).suffer(TRANSPORT, Hardship.THROTTLED, "acme")
    rule = suffering(TRANSPORT, Hardship.THROTTLED, "acme")
    assert proxy.told == [{**rule, "id": 1}]
    assert empty_plane.troubles == ["the transport is throttled"]
    empty_plane.repair()
    assert (proxy.told, empty_plane.broken) == ([], [])
    assert operator.told == [
        "stop publisher",
        f"start publisher at {PROXY}",
        "stop publisher",
        "start publisher",
    ]
    (line,) = (line for line in journal.lines if "fired" in line)
    told = {name: line[name] for name in ("of", "fired", "first", "last")}
    assert told == {
        "of": "the transport is throttled",
        "fired": {"PutEvents: reset": 2},
        "first": 11.0,
        "last": 12.5,
    }


def test_a_true_item_that_could_not_be_written_is_written_later(
    operator: FakeOperator,
    empty_plane: ControlPlane,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The proxy tells of it only once."""
    true: Rule = {"TableName": "t", "Item": {"pk": {"S": "1"}}}
    written, troubles = list[Rule](), [OSError("no way")]

    def put_item(**said: Any) -> None:
        if troubles:
            raise troubles.pop()
        written.append(said)

    proxy, aws = Firing(), Aws(None, "us-east-1")
    left = [[true], []]
    monkeypatch.setattr(proxy, "leave", lambda _: left.pop(0))
    monkeypatch.setitem(vars(aws), "dynamodb", SimpleNamespace(put_item=put_item))
    subject = AwsAnswers(
        proxy, Processes(operator, empty_plane), empty_plane, aws, journal, PATIENCE_S
    )
    subject.spoil("acme", GLOBEX)
    with pytest.raises(FaultError, match="no way"):
        empty_plane.repair()
    empty_plane.repair()
    assert (written, empty_plane.broken) == ([true], [])


def test_an_event_that_was_stored_in_its_older_form_stays_so(
    operator: FakeOperator,
    empty_plane: ControlPlane,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is none to be mended: what was published long ago is told like that for good."""
    proxy, aws = Firing(), Aws(None, "us-east-1")
    monkeypatch.setattr(proxy, "leave", lambda _: [{"TableName": "t", "Item": {}}])
    monkeypatch.setitem(vars(aws), "dynamodb", None)
    processes = Processes(operator, empty_plane)
    AwsAnswers(proxy, processes, empty_plane, aws, journal, PATIENCE_S).age("acme", GLOBEX)
    about = {"tenant_id": "acme", "entity_id": "globex"}
    assert proxy.told == [{"do": "age", **about, "id": 1}]
    assert empty_plane.troubles == ["an event is stored in its older form"]
    empty_plane.repair()
    assert empty_plane.broken == []


def test_a_role_is_led_to_the_proxy_once(
    operator: FakeOperator, empty_plane: ControlPlane, journal: Journal
) -> None:
    """However many faults stand before it."""
    aws = answers(FakeProxy(), operator, empty_plane, journal)
    aws.suffer(TRANSPORT, Hardship.SLOW, "acme")
    aws.refuse(Refusal.FOR_NOW, "acme", GLOBEX)
    assert operator.told == ["stop publisher", f"start publisher at {PROXY}"]
    empty_plane.repair()
    assert empty_plane.broken == []


def test_a_fault_that_no_call_has_met_has_not_struck(
    operator: FakeOperator, empty_plane: ControlPlane, journal: Journal
) -> None:
    """Whoever looks before that has seen nothing."""
    proxy = FakeProxy()
    answers(proxy, operator, empty_plane, journal).refuse(Refusal.FOR_GOOD, "acme", GLOBEX)
    before = empty_plane.pending
    proxy.refuses({"tenant_id": "acme", "entity_id": "globex", "event_id": "e-1"})
    assert before == ["the transport refuses an event for good"]
    assert empty_plane.pending == []


def test_a_process_is_killed_at_its_moment_and_led_back(
    operator: FakeOperator, empty_plane: ControlPlane, journal: Journal
) -> None:
    """Only that it is dead lasts."""
    proxy, processes = Firing(), Processes(operator, empty_plane)
    aws = AwsAnswers(proxy, processes, empty_plane, Aws(None, "x"), journal, PATIENCE_S)
    processes.stop("audit-trail")
    aws.kill_at(TRAIL, Moment.MID_BATCH, "e-2")
    dead = "the subscriber audit-trail is killed in the middle of a batch"
    assert (empty_plane.broken, proxy.told) == ([dead], [])
    empty_plane.repair()
    assert f"start audit-trail at {PROXY}" in operator.told
    assert operator.told[-1] == "start audit-trail"


def test_a_moment_that_never_comes_is_told(
    operator: FakeOperator, empty_plane: ControlPlane, journal: Journal
) -> None:
    """And nothing stays at the proxy."""
    proxy, processes = FakeProxy(), Processes(operator, empty_plane)
    aws = AwsAnswers(proxy, processes, empty_plane, Aws(None, "x"), journal, PATIENCE_S)
    with pytest.raises(FaultError, match="the publisher runs already: let it be stopped"):
        aws.kill_at(PUBLISHER, Moment.MID_BATCH, "e-2")
    processes.stop("publisher")
    with pytest.raises(FaultError, match="the publisher never came to be in the middle of a batch"):
        aws.kill_at(PUBLISHER, Moment.MID_BATCH, "e-2")
    assert proxy.told == []
    empty_plane.repair()
    assert all(map(operator.runs, operator.roles))
