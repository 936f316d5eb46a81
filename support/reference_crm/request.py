"""A command as somebody asked for it, whether by HTTP or by a subscriber."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from support.reference_crm.domain import Json


@dataclass(frozen=True)
class Request:
    """Hold one command as somebody asked for it."""

    tenant_id: str
    command_type: str
    data: Mapping[str, Json]
    idempotency_key: str
    actor: str
    correlation_id: str
    entity_id: str | None = None
    expected_version: int | None = None
    causation_id: str | None = None

    @property
    def fingerprint(self) -> str:
        """Return what a repeated request must be equal in."""
        asked = [self.command_type, self.entity_id, self.expected_version, self.data]
        return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
