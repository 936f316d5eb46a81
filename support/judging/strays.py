"""The audit at the end of a run: events that came late, or belong to nobody."""

from collections.abc import Collection, Mapping, Sequence

from support.observing.deliveries import Delivery


def strays(
    deliveries: Sequence[Delivery], accounted: Collection[str], scenario_of: Mapping[str, str]
) -> list[str]:
    """Name every delivery whose message id no scenario accounted for.

    `scenario_of` gives the scenario of each tenant id that the run opened.
    """
    return [_stray(each, scenario_of) for each in deliveries if each.message_id not in accounted]


def _stray(delivery: Delivery, scenario_of: Mapping[str, str]) -> str:
    if delivery.event is None:
        return f"phantom: a message that holds no event ({delivery.problem})"
    event = delivery.event
    name = f"{event.event_type} of {event.entity_id} version {event.version}"
    scenario = scenario_of.get(event.tenant_id)
    if scenario is None:
        return f"phantom: {name} belongs to tenant {event.tenant_id}, which no scenario opened"
    return f"late: {name} arrived after its scenario was closed: {scenario}"
