"""Each anomaly is found alone and among ten thousand sound events, live and from a journal."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from support.acts import PROMISED
from support.contract.catalogue import Catalogue
from support.judging.again import judge_again
from support.judging.books import Books, Rules, Seen
from support.judging.case import Case, Evidence, Finding, Kind
from support.judging.history import audit
from support.judging.records import record_of
from support.observing.journal import Entry
from tests.support.cases import (
    CREATED,
    GLOBEX,
    HISTORY,
    ONLY,
    OPENED,
    SOLD_TO,
    SOUND,
    UPDATED,
    accepted,
    applied,
    arrive,
    delivered,
    entry,
    kept,
    view,
    with_evidence,
)
from tests.support.samples import Document, an_event
from tests.unit.judging.test_history import PLANTED

SCENARIO = "a.feature: planted"
MANY = 10_000
PAYLOAD: Document = {"name": "Initech", "owner": "kim", "industry": None}
AGAIN = an_event(5, "AccountUpdated", entity_id=GLOBEX, version=3, payload={"industry": "arms"})
IN_TIME = 1_000.0
# Those that have more than one sign, or need more than evidence and deliveries.
MORE: dict[str, tuple[Case, Kind]] = {
    "reordered": (
        replace(delivered(*arrive(UPDATED, OPENED, CREATED)), keeps_order=True),
        Kind.REORDERED,
    ),
    "late": (replace(SOUND, latest=0.9), Kind.LATE),
    "in the name of somebody who commands nothing": (
        replace(SOUND, actors=["sales"]),
        Kind.MUTATED,
    ),
    "a gap": (with_evidence(history=[CREATED, OPENED, AGAIN]), Kind.GAP),
    "blocked": (
        replace(
            with_evidence(
                history=[*HISTORY, AGAIN], applied={"views": [applied(CREATED), applied(OPENED)]}
            ),
            deliveries=arrive(*HISTORY, AGAIN),
        ),
        Kind.BLOCKED,
    ),
    "kept for later, though all before it is applied": (
        with_evidence(
            applied={"views": [applied(CREATED), applied(OPENED)], "sales": SOLD_TO},
            parked={"views": [kept(UPDATED)]},
        ),
        Kind.BLOCKED,
    ),
    "dead-lettered": (
        with_evidence(
            applied={"views": [applied(CREATED), applied(UPDATED)]},
            dead_letters={"views": [OPENED["event_id"]]},
        ),
        Kind.DEAD_LETTERED,
    ),
}
CASES = [
    pytest.param(case, kind, sentence, id=name) for name, (case, kind, sentence) in PLANTED.items()
]
OTHERS = [pytest.param(case, kind, id=name) for name, (case, kind) in MORE.items()]


@cache
def _crowd() -> Case:
    """Return many sound events of the same tenant, each of an account of its own."""
    many = [
        an_event(number, entity_id=f"a-{number}", payload=PAYLOAD)
        for number in range(100, 100 + MANY)
    ]
    return replace(
        SOUND,
        evidence=[
            Evidence(
                "acme",
                history=many,
                applied={"views": [*map(applied, many)]},
                audit_trail=[*map(entry, many)],
                views=[*map(view, many)],
            )
        ],
        deliveries=arrive(*many),
        accepted=[accepted(event) for event in many],
    )


def _among_many(case: Case) -> Case:
    """Put the events of a case into the crowd."""
    crowd = _crowd()
    (own,), (theirs,) = case.evidence, crowd.evidence
    names = own.applied.keys() | theirs.applied.keys()
    merged = replace(
        own,
        history=[*theirs.history, *own.history],
        applied={n: [*theirs.applied.get(n, ()), *own.applied.get(n, ())] for n in names},
        audit_trail=[*theirs.audit_trail, *own.audit_trail],
        views=[*theirs.views, *own.views],
    )
    return replace(
        case,
        evidence=[merged],
        deliveries=[*crowd.deliveries, *case.deliveries],
        accepted=[*crowd.accepted, *case.accepted],
        # The crowd is built sound, and checking ten thousand schemas is another test's business.
        violations=lambda event: (
            () if event["entity_id"].startswith("a-") else case.violations(event)
        ),
    )


def _lines(case: Case) -> Iterator[Document]:
    """Write down a case as a run does."""
    latest = IN_TIME if case.latest is None else case.latest
    rules = Rules(
        case.subscribers,
        case.violations,
        case.promised,
        objective=latest,
        latest=latest,
        keeps_order=case.keeps_order,
        actors=case.actors,
    )
    books = Books(rules)

    def line(kind: Entry, **fields: Any) -> Document:
        return {"entry": kind, "scenario": SCENARIO, **fields}

    yield line(Entry.RULES, **rules.record())
    yield line(Entry.TENANT, tenant_id="acme", of=SCENARIO)
    for number, each in enumerate(case.accepted):
        yield line(Entry.COMMAND, number=number, **vars(each.command))
        yield line(
            Entry.RECEIPT,
            command=number,
            repeated=False,
            sent_at=each.sent_at,
            answered_at=each.answered_at,
            receipt=each.receipt.model_dump(mode="json"),
        )
    for delivery in case.deliveries:
        yield line(Entry.DELIVERY, **delivery.record(), redelivery=False)
    for evidence in case.evidence:
        yield line(Entry.BOOKS, **record_of(evidence))
    seen = Seen(case.deliveries, case.accepted)
    findings = [*map(str, books.close(books.case(case.evidence, seen)))]
    yield line(Entry.VERDICT, tenants=["acme"], findings=findings, expected=[], before_own={})


@pytest.mark.parametrize(("case", "kind", "sentence"), CASES)
def test_among_many_it_is_found_and_nothing_else(case: Case, kind: Kind, sentence: str) -> None:
    """Size hides nothing, and nothing sound is blamed."""
    assert audit(_among_many(case)) == [Finding(kind, "acme", sentence)]


@pytest.mark.parametrize(("case", "kind", "sentence"), CASES)
def test_in_a_journal_it_is_found_and_nothing_else(case: Case, kind: Kind, sentence: str) -> None:
    """What the run has written down is enough to find it again."""
    (verdict,) = judge_again(_lines(case), Catalogue().violations, PROMISED).verdicts
    assert verdict.findings == [str(Finding(kind, "acme", sentence))]
    assert verdict.same


@pytest.mark.parametrize(("case", "kind"), OTHERS)
def test_what_has_several_signs_is_found_everywhere(case: Case, kind: Kind) -> None:
    """Alone, among many, and in a journal."""
    (verdict,) = judge_again(_lines(case), Catalogue().violations, PROMISED).verdicts
    assert kind in {finding.kind for finding in audit(case)}
    assert kind in {finding.kind for finding in audit(_among_many(case))}
    assert any(each.startswith(f"{kind}: ") for each in verdict.findings)


def test_every_kind_of_anomaly_is_planted() -> None:
    """A kind that was never found may be one that cannot be."""
    planted = {kind for _, kind, _ in PLANTED.values()} | {kind for _, kind in MORE.values()}
    assert planted == {*Kind}


def test_the_crowd_alone_is_sound() -> None:
    """What is found among many is not the crowd's."""
    assert audit(_among_many(replace(SOUND, evidence=[ONLY]))) == []
