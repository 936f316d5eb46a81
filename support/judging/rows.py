"""Events, views, audit entries and totals as rows, under the headings that scenarios use."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from support.crm.port import PipelineTotal, SetAside, View
from support.judging.case import Finding
from support.judging.expectations import Row, spell
from support.judging.values import Money, comparable

NameOf = Callable[[str], str]
POLYMORPHIC = {"regarding_id": "regarding", "owner_id": "belongs to"}
ITS_KIND = ("regarding_type", "owner_type")
REFERENCES = ("replaces",)
COMMANDED = "the command"


def event_row(event: Mapping[str, Any], cause: str, name_of: NameOf) -> Row:
    """Return an event as a row: envelope first, then its payload; ids as the scenario's names."""
    return {
        "event": event["event_type"],
        "about": name_of(event["entity_id"]),
        "version": event["version"],
        "actor": event["actor"],
        "cause": cause,
        **fields_row(event["payload"], name_of),
    }


def twins(rows: Sequence[Row]) -> list[str]:
    """Say which rows, each of an event of its own, look alike: nothing shown tells them apart."""
    numbers: dict[str, list[int]] = {}
    for number, row in enumerate(rows, 1):
        numbers.setdefault(spell(row), []).append(number)
    return [
        f"numbers {', '.join(map(str, each[:-1]))} and {each[-1]} of what arrived look alike, "
        "and have different event_ids"
        for each in numbers.values()
        if len(each) > 1
    ]


def view_row(view: View, name_of: NameOf) -> Row:
    """Return a view as a row."""
    return {"version": view.version, **fields_row(view.data, name_of)}


def finding_row(finding: Finding, name_of: NameOf) -> Row:
    """Return what an audit found as a row, with the event if it is about one."""
    event = finding.event or {}
    known = {name: event[name] for name in ("event_type", "entity_id", "version") if name in event}
    about = {"about": name_of(known.pop("entity_id"))} if "entity_id" in known else {}
    named = {"event": known.pop("event_type")} if "event_type" in known else {}
    return {"anomaly": str(finding.kind), **named, **about, **known}


def set_aside_row(aside: SetAside, name_of: NameOf) -> Row:
    """Return what was set aside as a row: what could not be read of it is not there."""
    known = {"event": aside.event_type, "version": aside.version, "reason": aside.reason.strip()}
    about = {} if aside.entity_id is None else {"about": name_of(aside.entity_id)}
    return {**{name: value for name, value in known.items() if value}, **about}


def pipeline_row(total: PipelineTotal) -> Row:
    """Return a currency's totals as a row."""
    figures = {"open": total.open, "won": total.won, "lost": total.lost}
    return {
        "currency": total.currency,
        **{name: Money(Decimal(each.amount), total.currency) for name, each in figures.items()},
        **{f"{name} deals": each.count for name, each in figures.items()},
    }


def fields_row(fields: Mapping[str, Any], name_of: NameOf) -> Row:
    """Return a payload's or view's fields under their headings, values comparable."""
    return dict(
        _field(name, value, name_of) for name, value in fields.items() if name not in ITS_KIND
    )


def causes(history: Sequence[Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], str]:
    """Return what names the cause of an event: the event type that caused it, or the command."""
    types = {event["event_id"]: event["event_type"] for event in history}

    def cause(event: Mapping[str, Any]) -> str:
        named = event["causation_id"]
        return COMMANDED if named is None else str(types.get(named, f"unknown event {named}"))

    return cause


def _field(name: str, value: Any, name_of: NameOf) -> tuple[str, Any]:
    if name == "products":
        return name, ", ".join(_product(line) for line in value)
    is_reference = name.endswith("_id") or name in REFERENCES
    heading = POLYMORPHIC.get(name, name.removesuffix("_id").replace("_", " "))
    return heading, name_of(value) if is_reference and value is not None else comparable(value)


def _product(line: Mapping[str, Any]) -> str:
    return f"{line['quantity']} x {line['sku']} at {comparable(line['unit_price'])}"
