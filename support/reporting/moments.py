"""The journal's lines of one scenario as the moments of its timeline."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from support.observing.collector import BUS
from support.reporting.timeline import Kind, Moment

Line = Mapping[str, Any]
LONGEST_DETAIL = 600


def moments(lines: Sequence[Line]) -> list[Moment]:
    """Return commands, answers, silences, deliveries, fences, verdicts of a scenario's lines."""
    start = lines[0]["at"] if lines else 0.0
    return [
        moment
        for line in lines
        if line["entry"] in TELLERS
        for moment in TELLERS[line["entry"]](line, (line["at"] - start) * 1000)
    ]


def _command(line: Line, at_ms: float) -> Iterator[Moment]:
    detail = f"by {line['actor']}: {_compact(line['data'])}"
    yield Moment(
        Kind.COMMAND,
        at_ms,
        line["command_type"],
        line["tenant_id"],
        line["entity_id"],
        None,
        detail,
    )


def _receipt(line: Line, at_ms: float) -> Iterator[Moment]:
    receipt = line["receipt"]
    what = "the first answer again" if line["repeated"] else "accepted"
    detail = ", ".join(event["event_type"] for event in receipt["events"])
    entity, version = receipt["entity_id"], receipt["version"]
    yield Moment(Kind.RECEIPT, at_ms, what, line["tenant_id"], entity, version, detail)


def _refusal(line: Line, at_ms: float) -> Iterator[Moment]:
    yield Moment(Kind.REFUSAL, at_ms, line["code"], line["tenant_id"], detail=line["message"])


def _silence(line: Line, at_ms: float) -> Iterator[Moment]:
    what = f"no answer to command {line['command']}"
    yield Moment(Kind.SILENCE, at_ms, what, line["tenant_id"], detail=line["why"])


def _delivery(line: Line, at_ms: float) -> Iterator[Moment]:
    event, tap = line["detail"], line["tap"]
    detail = line["problem"] or _compact(event.get("payload"))
    yield Moment(
        Kind.DELIVERY,
        at_ms,
        line["detail_type"],
        str(event.get("tenant_id", "")),
        str(event.get("entity_id", "")),
        event.get("version"),
        detail if tap == BUS else f"{tap}: {detail}",
    )


def _fence(line: Line, at_ms: float) -> Iterator[Moment]:
    yield Moment(Kind.FENCE, at_ms, "fence sent", line["tenant_id"])


def _verdict(line: Line, at_ms: float) -> Iterator[Moment]:
    found = line["findings"]
    yield Moment(Kind.VERDICT, at_ms, "audit", detail="; ".join(found) or "nothing is amiss")


def _compact(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return (
        text
        if len(text) <= LONGEST_DETAIL
        else f"{text[:LONGEST_DETAIL]}... ({len(text)} characters)"
    )


TELLERS: Mapping[str, Callable[[Line, float], Iterator[Moment]]] = {
    "command": _command,
    "receipt": _receipt,
    "refusal": _refusal,
    "unanswered": _silence,
    "delivery": _delivery,
    "fence": _fence,
    "verdict": _verdict,
}
