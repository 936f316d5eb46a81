"""What the subscribers of the CRM in memory show of the events that they have had."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any

from support.crm.port import AuditEntry, CurrencyFigures, PipelineTotal, View
from support.names import is_fence
from tests.support.fake_defects import Defect, altered, dearer
from tests.support.samples import Document

SETTLED: Mapping[str, Mapping[str, Any]] = {"OpportunityLost": {"stage": "lost"}}


def view_of(
    tenant_id: str, about: Sequence[Document], defect: Defect | None, since_refusal: Defect | None
) -> View | None:
    """Fold the events of one entity, oldest first."""
    had = [*about[: 1 if defect is Defect.STALE_VIEW else None]]
    if defect is Defect.VIEW_BACKWARDS:
        had.reverse()
    if not had:
        return None
    data: dict[str, Any] = {}
    for event in had:
        settled = {} if defect is Defect.STILL_OPEN else SETTLED.get(event["event_type"])
        data |= event["payload"] | (settled or {})
    if defect is Defect.LOSES_VALUE:
        data.pop("industry", None)
    if since_refusal is Defect.VIEW_ALTERS:
        data |= {"name": "Someone else"}
    last = had[-1]
    return View(
        tenant_id="mallory" if defect is Defect.FOREIGN_VIEW else tenant_id,
        entity_type=last["entity_type"],
        entity_id=last["entity_id"],
        version=last["version"] + (since_refusal is Defect.VIEW_RENUMBERS),
        last_event_id=last["event_id"],
        data=data,
    )


def trail_of(had: Sequence[Document], defect: Defect | None) -> list[AuditEntry]:
    """Return an entry for each event, in the order of time, in whatever order they arrived."""
    shown = sorted(had, key=itemgetter("occurred_at"))
    if defect is Defect.NO_AUDIT_ENTRY:
        shown = [event for event in shown if is_fence(event) or event["version"] == 1]
    if defect is Defect.TRAIL_TWICE:
        shown += [event for event in shown if not is_fence(event)][-1:]
    if defect is Defect.TRAIL_BACKWARDS:
        shown.reverse()
    if defect is Defect.TRAIL_ALTERS:
        shown = [altered(event) for event in shown]
    return [
        AuditEntry.model_validate({k: v for k, v in e.items() if k != "schema_version"})
        for e in shown
    ]


def totals_of(
    had: Sequence[Document], defect: Defect | None, since_refusal: Defect | None
) -> list[PipelineTotal]:
    """Sum what is open and what is lost."""
    made = [event for event in had if event["event_type"] == "OpportunityCreated"]
    if defect is Defect.PIPELINE_ALTERS:
        made = [dearer(event) for event in made]
    miscounts = since_refusal is Defect.COUNTS_ANYWAY
    made *= 2 if miscounts or defect is Defect.COUNTS_TWICE else 1
    lost = {event["entity_id"] for event in had if event["event_type"] == "OpportunityLost"}
    currencies = {event["payload"]["amount"]["currency"] for event in made}
    return [_total(currency, made, lost) for currency in sorted(currencies)]


def _total(currency: str, made: Sequence[Document], lost: Collection[str]) -> PipelineTotal:
    ours = [event for event in made if event["payload"]["amount"]["currency"] == currency]
    return PipelineTotal(
        currency=currency,
        open=_figures([event for event in ours if event["entity_id"] not in lost]),
        won=_figures([]),
        lost=_figures([event for event in ours if event["entity_id"] in lost]),
    )


def _figures(made: Sequence[Document]) -> CurrencyFigures:
    total = sum(Decimal(event["payload"]["amount"]["amount"]) for event in made)
    return CurrencyFigures(count=len(made), amount=str(total))
