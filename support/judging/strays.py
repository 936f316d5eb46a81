"""The audit at the end of a run: what came late, came again, or belongs to nobody."""

from collections.abc import Callable, Collection, Mapping, Sequence
from math import inf
from typing import Any

from support.judging.alike import alike
from support.judging.case import Document, is_like, title
from support.observing.deliveries import Delivery, Passage

CAME_ROUND = "came round"
UNDER_WAY_S = 5.0  # what a bus that keeps no order may bring behind what was published later

MayComeAgain = Callable[[Delivery], bool]
Committed = Mapping[str, Mapping[str, Document]]
NO_HISTORY: Committed = {}


def may_come_again(faults: Sequence[Mapping[str, Any]]) -> MayComeAgain:
    """Return what says of a delivery whether it may be one that the run has had published again.

    `faults` are what the journal says of them. A replay names its tenant. After the loss of a
    checkpoint the publisher begins again with everybody's first event: what comes until a fence
    has come round behind all of it may come again, and nothing before or later.
    """
    replayed = {line["replayed"] for line in faults if "replayed" in line}
    spans = beginnings(faults)

    def may(delivery: Delivery) -> bool:
        tenant_id = delivery.detail.get("tenant_id")
        return tenant_id in replayed or any(
            since - UNDER_WAY_S <= delivery.sent_at <= until + UNDER_WAY_S for since, until in spans
        )

    return may


def beginnings(faults: Sequence[Mapping[str, Any]]) -> list[tuple[float, float]]:
    """Return from when until when, in seconds since the epoch, the publisher began anew."""
    spans: list[tuple[float, float]] = []
    since: float | None = None
    for line in faults:
        if line.get("checkpoint lost") and since is None:
            since = line["at"]
        elif CAME_ROUND in line and since is not None:
            spans.append((since, line["at"]))
            since = None
    return spans if since is None else [*spans, (since, inf)]


NOBODY = may_come_again(())


def strays(
    deliveries: Sequence[Delivery],
    accounted: Collection[Passage],
    scenario_of: Mapping[str, str],
    comes_again: MayComeAgain = NOBODY,
    committed: Committed = NO_HISTORY,
) -> list[str]:
    """Name every delivery that no scenario accounted for.

    `scenario_of` gives the scenario of each tenant id that the run opened. What comes again as it
    was is no stray where the run may have had it published again. `committed` has, by tenant id and
    event id, the histories as they were read after all this had come.
    """
    known: dict[str | None, Delivery] = {}
    for each in deliveries:
        if each.passage in accounted:
            known.setdefault(each.event_id, each)
    strange = [each for each in deliveries if each.passage not in accounted]
    return [
        _stray(each, known, scenario_of, committed)
        for each in strange
        if not _is_legal(each, known, comes_again)
    ]


def _is_legal(
    delivery: Delivery, known: Mapping[str | None, Delivery], comes_again: MayComeAgain
) -> bool:
    first = known.get(delivery.event_id)
    return (
        first is not None
        and delivery.event is not None
        and comes_again(delivery)
        and (delivery.source, delivery.detail_type) == (first.source, first.detail_type)
        and alike(delivery.detail, first.detail)
    )


def _stray(
    delivery: Delivery,
    known: Mapping[str | None, Delivery],
    scenario_of: Mapping[str, str],
    committed: Committed,
) -> str:
    if delivery.event is None:
        whose = scenario_of.get(str(delivery.detail.get("tenant_id")))
        of_whom = f" came to a tenant of: {whose}" if whose else ""
        return f"phantom: a message that holds no event ({delivery.problem}){of_whom}"
    name = title(delivery.detail)
    scenario = scenario_of.get(delivery.event.tenant_id)
    if scenario is None:
        tenant = delivery.event.tenant_id
        return f"phantom: {name} belongs to tenant {tenant}, which no scenario opened"
    if delivery.event_id in known:
        return f"duplicate: {name} was published again after its scenario: {scenario}"
    history = committed.get(delivery.event.tenant_id)
    if history is None or delivery.event_id in history:
        return f"late: {name} arrived after its scenario was closed: {scenario}"
    if any(is_like(delivery.detail, history[each]) for each in history.keys() & known):
        return (
            f"phantom: {name} arrived once more, under an event_id that is not in the history, "
            f"after its scenario was closed: {scenario}"
        )
    return (
        f"phantom: {name} is not in the history, and arrived after its scenario was closed: "
        f"{scenario}"
    )
