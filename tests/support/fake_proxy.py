"""The fault proxy of the CRM in memory: what it is told, and which events it refuses."""

from pathlib import Path
from typing import Any

from support.faults.proxy_process import FaultProxy, Rule


class FakeProxy(FaultProxy):
    """Note rules and tamperings; `refuses` says what a tampering does to an event."""

    def __init__(self) -> None:
        super().__init__(None, Path("no log"))
        self.told: list[Rule] = []
        self._done: list[Rule] = []
        self._seen: dict[int, str] = {}

    @property
    def url(self) -> str:
        """Return where it would be."""
        return "http://proxy"

    def add(self, rule: Rule) -> Rule:
        """Note a rule."""
        self.told.append({**rule, "id": len(self.told) + 1})
        return self.told[-1]

    def remove(self, rule: Rule) -> None:
        """Forget a rule."""
        self.told.remove(rule)

    def tamper(self, how: Rule) -> Rule:
        """Note a tampering."""
        return self.add(how)

    def leave(self, tampering: Rule) -> list[Rule]:
        """Forget a tampering; nothing was spoilt."""
        self.remove(tampering)
        return []

    def fired(self, number: int) -> list[Rule]:
        """List what was refused."""
        return [each for each in self._done if each["rule_id"] == number]

    def refuses(self, event: dict[str, Any]) -> bool:
        """Say whether a tampering is about an event: the first that is seen of an entity."""
        for each in self.told:
            about = (each.get("tenant_id"), each.get("entity_id"))
            if about != (event["tenant_id"], event["entity_id"]):
                continue
            if self._seen.setdefault(each["id"], event["event_id"]) == event["event_id"]:
                call = {"rule_id": each["id"], "operation": "PutEvents", "action": each["code"]}
                self._done.append({**call, "ts": 0.0})
                return True
        return False
