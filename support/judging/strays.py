"""The audit at the end of a run: what came late, came again, or belongs to nobody."""

from collections.abc import Collection, Mapping, Sequence

from support.judging.case import title
from support.observing.deliveries import Delivery, Passage


def strays(
    deliveries: Sequence[Delivery], accounted: Collection[Passage], scenario_of: Mapping[str, str]
) -> list[str]:
    """Name every delivery that no scenario accounted for.

    `scenario_of` gives the scenario of each tenant id that the run opened.
    """
    known = {event_id for _, event_id in accounted}
    strange = [each for each in deliveries if each.passage not in accounted]
    return [_stray(each, known, scenario_of) for each in strange]


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
