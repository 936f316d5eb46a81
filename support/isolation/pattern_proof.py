"""The proof of every subscription's pattern, by samples of every event type of each tenant."""

from collections.abc import Iterator, Mapping, Sequence

from support.contract.entities import EntityType
from support.contract.samples import Samples
from support.errors import ScenarioError
from support.judging.clones import Purpose, let_through, undeclared
from support.names import queue_name
from support.observing.journal import Entry
from support.observing.own_subscriptions import OwnSubscriptions
from support.observing.settling import Order, settle_window
from support.run import Run
from support.scenario import Deeds
from support.vocabulary import CellRow

EVERY_KIND = "all"


class PatternProof:
    """Hold the patterns of the CRM's rules against what their subscriptions are there for."""

    def __init__(self, run: Run, deeds: Deeds, own: OwnSubscriptions) -> None:
        self._run = run
        self._deeds = deeds
        self._own = own

    def hold(self, rows: Sequence[CellRow]) -> None:
        """Require that every rule lets through exactly what is meant for it, and is declared.

        The rows say which entities a subscriber listens to; an own subscription is for its tenant.
        """
        purposes = {**self._declared(rows), **self._own_purposes()}
        owners = self._deeds.tenants.values()
        samples = [event for owner in owners for event in Samples().of(owner.tenant_id)]
        with self._run.copy_rules() as copies:
            found = list(undeclared(copies.rules, purposes))
            cells = [(r.name, purposes[q]) for r in copies.rules for q in r.queues if q in purposes]
            meant = {rule: [s for s in samples if purpose.takes(s)] for rule, purpose in cells}
            window = settle_window(self._run.latencies.seconds, Order.UNKNOWN).seconds
            passed = copies.pass_through(samples, meant, self._run.settings.timeout, window)
        for rule, purpose in cells:
            found += let_through(rule, purpose, samples, passed[rule])
        patterns = {rule.name: rule.pattern for rule in copies.rules}
        fields = {"patterns": patterns, "samples": len(samples), "findings": found}
        self._run.journal.add(Entry.EXPECTATION, fields)
        if found:
            raise AssertionError("\n".join(found))

    def _declared(self, rows: Sequence[CellRow]) -> Mapping[str, Purpose]:
        return dict(self._declaration(row) for row in rows)

    def _declaration(self, row: CellRow) -> tuple[str, Purpose]:
        name, said = str(row["subscriber"]), str(row["entities"])
        known = {each.name: each for each in self._run.witness.subscribers}
        if (subscriber := known.get(name.replace(" ", "-"))) is None:
            raise ScenarioError(f"there is no subscriber {name!r}; there are {', '.join(known)}")
        kinds = set(EntityType) if said == EVERY_KIND else {*map(EntityType, said.split(", "))}
        purpose = Purpose(f"the subscriber {name}", lambda event: event["entity_type"] in kinds)
        return queue_name(subscriber.queue_url), purpose

    def _own_purposes(self) -> Mapping[str, Purpose]:
        return dict(self._own_purpose())

    def _own_purpose(self) -> Iterator[tuple[str, Purpose]]:
        for tenant_id, opened in self._own.opened.items():

            def takes(event: Mapping[str, object], tenant_id: str = tenant_id) -> bool:
                return event["tenant_id"] == tenant_id

            yield (
                queue_name(opened.queue_url),
                Purpose(f"the own subscription of {tenant_id}", takes),
            )
