"""Auditing and closing take work in proportion to the events, however many tenants share them."""

import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest

from support.acts import PROMISED
from support.judging.books import Books, Rules
from support.judging.case import Case, Evidence, OwnDeliveries
from support.observing.sightings import Sighting
from tests.support.cases import NAMED, VIEWS, accepted, applied, arrive, entry, view
from tests.support.samples import Document, an_event

SHOWN = {**NAMED, "status": "active"}
# What is done once, whatever there is to judge, makes more of what there is more of cheaper.
SLACK = 1.05


def _case(tenants: int, events: int) -> Case:
    """Return a sound case: each tenant creates as many accounts, and sees them everywhere."""
    histories = {f"tenant-{t}": _history(t, events) for t in range(tenants)}
    everything = [event for history in histories.values() for event in history]
    deliveries = arrive(*everything)
    return Case(
        evidence=[_evidence(tenant_id, history) for tenant_id, history in histories.items()],
        deliveries=deliveries,
        subscribers=[VIEWS],
        accepted=[_accepted(event) for event in everything],
        violations=lambda _: (),
        promised=PROMISED,
        keeps_order=True,
        sightings=[Sighting(e["tenant_id"], "views", e["event_id"], 0.0, 0.1) for e in everything],
        latest=1e9,
        own={
            name: OwnDeliveries([d for d in deliveries if d.detail["tenant_id"] == name])
            for name in histories
        },
    )


def _history(tenant: int, events: int) -> list[Document]:
    return [
        an_event(
            tenant * events + number + 1,
            tenant_id=f"tenant-{tenant}",
            entity_id=f"account-{number}",
            payload=NAMED,
        )
        for number in range(events)
    ]


def _evidence(tenant_id: str, history: list[Document]) -> Evidence:
    return Evidence(
        tenant_id=tenant_id,
        history=history,
        applied={"views": [applied(event) for event in history]},
        audit_trail=[entry(event) for event in history],
        views=[view(event, data=SHOWN) for event in history],
    )


def _accepted(event: Document) -> Any:
    made = accepted(event, command="CreateAccount", name="Globex", owner="kim")
    return replace(made, command=replace(made.command, tenant_id=event["tenant_id"]))


def _work(task: Callable[[], object]) -> int:
    """Return how many bytecodes a task takes: the same on every machine, at every load."""
    done = 0

    def count(frame: FrameType, what: str, _: object) -> Any:
        nonlocal done
        frame.f_trace_opcodes = True
        done += what == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        task()
    finally:
        sys.settrace(before)
    return done


def _closing(tenants: int, events: int) -> int:
    case = _case(tenants, events)
    rules = Rules([VIEWS], lambda _: (), PROMISED, objective=5.0, latest=1e9)
    findings: list[object] = []
    work = _work(lambda: findings.extend(Books(rules).close(case)))
    assert findings == []
    return work


@pytest.mark.parametrize(
    ("tenants", "events"),
    [pytest.param(1, 32, id="more events of one tenant"), pytest.param(8, 4, id="more tenants")],
)
def test_eight_times_as_much_takes_eight_times_the_work(tenants: int, events: int) -> None:
    """A run of many tenants is judged as soon as one tenant's as many events."""
    assert _closing(tenants, events) <= 8 * SLACK * _closing(1, 4)
