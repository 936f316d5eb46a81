"""The evidence that nothing more came, in the words of a product owner."""

from dataclasses import replace

import pytest

from support.judging.absence import Proof, what_is_known
from support.judging.case import BUS, Evidence, Missing
from tests.support.cases import ONLY, UPDATED
from tests.support.samples import an_event

FENCE = an_event(9, "LeadCreated", entity_type="lead", entity_id="fence-1")
OWN = "the history has 3 event(s) of the tenant's own, the newest OpportunityCreated of deal "


def _proof(evidence: Evidence, *, choreography: bool) -> Proof:
    return Proof.of(
        evidence,
        asked="the subscribers of Acme have received nothing",
        fence="f",
        fence_s=0.0272,
        choreography=choreography,
        window_s=0.075,
        window_reason="as learned",
    )


@pytest.mark.parametrize(
    ("choreography", "fence"),
    [
        (
            False,
            "After the last command the suite made a change of its own, and its event arrived "
            "within 27 ms: the way was open. No account was closed, so no subscriber had to act.",
        ),
        (
            True,
            "After the last command the suite closed an account of its own. The subscriber that "
            "tidies up after closed accounts did so, and that arrived within 27 ms: whatever it "
            "had to do before, it has done.",
        ),
    ],
)
def test_a_proof_tells_each_thing_that_it_rests_on(*, choreography: bool, fence: str) -> None:
    """A sentence a fact, with the figures."""
    evidence = Evidence("acme", [*ONLY.history, FENCE], ONLY.applied)
    assert _proof(evidence, choreography=choreography).sentences() == [
        "The event store has 3 event(s) of the tenant's own, the newest OpportunityCreated of deal "
        "version 1; all of them arrived.",
        fence,
        "Every subscriber has applied all that it listens to: views 3, sales 1 (with the suite's "
        "own 1).",
        "For 75 ms more, nothing came: as learned.",
    ]


def test_where_no_window_is_needed_there_was_a_last_look() -> None:
    """And it is said why that was enough."""
    proof = replace(_proof(ONLY, choreography=False), window_s=0.0)
    assert proof.sentences()[-1] == "Looking once more, nothing came: as learned."


def test_a_tenant_without_a_history_has_no_newest_event() -> None:
    """And the sentence is whole."""
    first, *_ = _proof(Evidence("acme", [FENCE]), choreography=False).sentences()
    assert first == "The event store has 0 event(s) of the tenant's own; all of them arrived."


@pytest.mark.parametrize(
    ("missing", "known"),
    [
        ([], ["nobody lacks anything of the history, the suite's own included"]),
        (
            [Missing(UPDATED, BUS)],
            ["AccountUpdated of globex version 2 was lost between the event store and the bus"],
        ),
    ],
)
def test_of_a_silence_is_told_what_is_there_and_what_is_missing(
    missing: list[Missing], known: list[str]
) -> None:
    """The suite's own changes are not counted among the tenant's."""
    evidence = Evidence("acme", [*ONLY.history, FENCE])
    assert what_is_known(evidence, missing) == [f"{OWN}version 1", *known]
