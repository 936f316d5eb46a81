"""The audit at the end of a run: what came late, came again, or belongs to nobody."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from support.judging.alike import same_fields
from support.judging.case import title
from support.observing.deliveries import Delivery, Passage

MayComeAgain = Callable[[str], bool]


def may_come_again(faults: Sequence[Mapping[str, Any]]) -> MayComeAgain:
    """Return what says of a tenant whether the run has had its events published again.

    `faults` are what the journal says of them: a replay names its tenant, or None if it was one
    of all; after the loss of a checkpoint the publisher begins again with everybody's first event.
    """
    replayed = {line["replayed"] for line in faults if "replayed" in line}
    of_all = None in replayed or any(line.get("checkpoint lost") for line in faults)
    return lambda tenant_id: of_all or tenant_id in replayed


NOBODY = may_come_again(())


def strays(
    deliveries: Sequence[Delivery],
    accounted: Collection[Passage],
    scenario_of: Mapping[str, str],
    comes_again: MayComeAgain = NOBODY,
) -> list[str]:
    """Name every delivery that no scenario accounted for.

    `scenario_of` gives the scenario of each tenant id that the run opened. What comes again as it
    was is no stray of a tenant that may have its events published again.
    """
    known: dict[str | None, Delivery] = {}
    for each in deliveries:
        if each.passage in accounted:
            known.setdefault(each.event_id, each)
    strange = [each for each in deliveries if each.passage not in accounted]
    return [
        _stray(each, known, scenario_of)
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
        and comes_again(delivery.event.tenant_id)
        and (delivery.source, delivery.detail_type) == (first.source, first.detail_type)
        and delivery.detail == first.detail
        and same_fields(delivery.detail["payload"], first.detail["payload"])
    )


def _stray(
    delivery: Delivery, known: Collection[str | None], scenario_of: Mapping[str, str]
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
    return f"late: {name} arrived after its scenario was closed: {scenario}"
