"""Evidence, commands and findings as the journal keeps them, and read back from there."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from support.crm.port import (
    Accepted,
    Applied,
    AuditEntry,
    Command,
    Parked,
    PipelineTotal,
    Receipt,
    View,
)
from support.judging.case import Evidence, Finding, Kind

Record = Mapping[str, Any]
APPLIED = TypeAdapter(dict[str, list[Applied]])
AUDIT_TRAIL = TypeAdapter(list[AuditEntry])
VIEWS = TypeAdapter(list[View])
PARKED = TypeAdapter(dict[str, list[Parked]])
PIPELINE = TypeAdapter(list[PipelineTotal] | None)


def record_of(evidence: Evidence) -> Record:
    """Return evidence as JSON values."""
    return {
        "tenant_id": evidence.tenant_id,
        "history": evidence.history,
        "applied": APPLIED.dump_python({k: [*rows] for k, rows in evidence.applied.items()}),
        "audit_trail": AUDIT_TRAIL.dump_python([*evidence.audit_trail]),
        "views": VIEWS.dump_python([*evidence.views]),
        "pipeline": PIPELINE.dump_python(_listed(evidence.pipeline)),
        "dead_letters": {name: sorted(ids) for name, ids in evidence.dead_letters.items()},
        "parked": PARKED.dump_python({name: [*rows] for name, rows in evidence.parked.items()}),
    }


def evidence_of(record: Record) -> Evidence:
    """Read evidence back."""
    return Evidence(
        tenant_id=record["tenant_id"],
        history=record["history"],
        applied=APPLIED.validate_python(record["applied"]),
        audit_trail=AUDIT_TRAIL.validate_python(record["audit_trail"]),
        views=VIEWS.validate_python(record["views"]),
        pipeline=PIPELINE.validate_python(record["pipeline"]),
        dead_letters=record["dead_letters"],
        parked=PARKED.validate_python(record["parked"]),
    )


def accepted_of(command: Record, receipt: Record) -> Accepted:
    """Pair the record of a command with that of its receipt."""
    asked = Command(**{name: command[name] for name in Command.__dataclass_fields__})
    return Accepted(
        asked,
        Receipt.model_validate(receipt["receipt"]),
        receipt["repeated"],
        receipt["sent_at"],
        receipt["answered_at"],
    )


def record_of_finding(finding: Finding) -> Record:
    """Return a finding as JSON values."""
    return {
        "kind": finding.kind,
        "tenant_id": finding.tenant_id,
        "sentence": finding.sentence,
    }


def finding_of(record: Record) -> Finding:
    """Read a finding back."""
    return Finding(Kind(record["kind"]), record["tenant_id"], record["sentence"])


def _listed(totals: Sequence[PipelineTotal] | None) -> list[PipelineTotal] | None:
    return None if totals is None else [*totals]
