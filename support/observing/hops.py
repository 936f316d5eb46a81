"""Gathering evidence of where an event was lost: quickly, taking nothing out but of the tap."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from threading import Semaphore
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import ClientError

from support.contract.entities import EntityType
from support.crm.port import Accepted, CrmPort, SetAside, Subscriber, View
from support.judging.case import Document, entity_of
from support.judging.hops import Obstacle
from support.judging.policies import denies_the_bus
from support.judging.tracing import Entity, Queues, Rule, Scene
from support.names import queue_name
from support.observing.asking import Answer, Asking, gathered
from support.observing.deliveries import Delivery, Message, delivery_of
from support.observing.rules import rules_of, targets_of
from support.observing.taps import GONE
from support.targets.aws import Aws
from support.targets.queues import count

if TYPE_CHECKING:
    from types_boto3_events.type_defs import RuleTypeDef

TIME_LIMIT_S = 2.0
# Dead letters are put back at once; where that fails, each comes back after this many seconds.
LOOK_S = 2
BATCH = 10
AT_ONCE = 4  # connections of a client
CLOSER_LOOKS = 3
NEED = "needs-set-aside"
TAP = "what has come to the tap"


class Arrivals(Protocol):
    """Tell what has come to the bus tap."""

    def catch_up(self) -> int:
        """Receive what has come by now, and return how many messages that were."""

    def arrived(self, tenant_id: str) -> Sequence[Delivery]:
        """Return what has been received of a tenant."""

    def unreadable(self, tenant_id: str) -> Sequence[Delivery]:
        """Return what has been received in a tenant's name that holds no event."""


class NotRead(Exception):
    """Say what of the rules could not be read in time."""


@dataclass(frozen=True)
class HopScout:
    """Look at every hop of the path, in parallel, `seconds` long at most."""

    aws: Aws
    bus: str
    crm: CrmPort
    subscribers: Sequence[Subscriber]
    seconds: float = TIME_LIMIT_S

    def look(
        self,
        tenant_id: str,
        arrivals: Arrivals,
        accepted: Sequence[Accepted],
        suspects: Callable[[Scene], Sequence[Document]],
    ) -> Scene:
        """Return what can be seen of a tenant now; what gives no answer in time is left out.

        `suspects` says, once the rest is known, of which events the views are read, too.
        """
        asking = Asking(self.seconds)
        read = asking.ask(TAP, arrivals.catch_up)
        history = asking.ask("the history", lambda: self.crm.history(tenant_id))
        rules = asking.ask("the rules of the bus", lambda: self._rules(asking))
        applied = {
            each.name: asking.ask(
                f"what {each.name} has applied", partial(self.crm.applied, tenant_id, each.name)
            )
            for each in self.subscribers
        }
        queues = self._queues(asking)
        committed = history()
        if committed is not None:  # what it has by now may have come to the tap since
            read = asking.ask(TAP, arrivals.catch_up)
        is_tap_read = read() is not None
        scene = Scene(
            tenant_id=tenant_id,
            deliveries=arrivals.arrived(tenant_id),
            accepted=accepted,
            subscribers=self.subscribers,
            applied=gathered(applied),
            history=committed,
            unreadable=arrivals.unreadable(tenant_id),
            is_tap_read=is_tap_read,
        )
        # Asked before the bus and the queues are waited for: who hangs there does not matter here.
        suspected = suspects(scene)
        views, trail = self._made_of(asking, tenant_id, suspected)
        aside = self._set_aside(asking, scene, suspected)
        return replace(
            scene,
            rules=rules(),
            queues=gathered(queues),
            views={entity: view for entity, (view,) in gathered(views).items()},
            trail=trail(),
            set_aside=aside() or (),
            unknown=tuple(dict.fromkeys(asking.unknown)),
        )

    def dead_letters(self) -> Mapping[str, Sequence[Delivery]]:
        """Look at the dead letters of each subscriber that answers in time, and leave them."""
        queues = gathered(self._queues(Asking(self.seconds)))
        return {name: held.letters for name, held in queues.items()}

    def _queues(self, asking: Asking) -> Mapping[str, Answer[Queues]]:
        turns = Semaphore(AT_ONCE)
        return {
            each.name: asking.ask(
                f"the queues of {each.name}", partial(self._queue, each, asking, turns)
            )
            for each in self.subscribers
        }

    def _made_of(
        self, asking: Asking, tenant_id: str, suspects: Sequence[Document]
    ) -> tuple[Mapping[Entity, Answer[tuple[View | None]]], Answer[frozenset[str]]]:
        """Ask what the subscribers have made of the suspects."""
        entities = islice(dict.fromkeys(entity_of(each) for each in suspects), CLOSER_LOOKS)
        views = {
            entity: asking.ask(f"the view of {entity[1]}", partial(self._view, tenant_id, entity))
            for entity in entities
        }
        return views, asking.ask("the audit trail", partial(self._trail, tenant_id))

    def _set_aside(
        self, asking: Asking, scene: Scene, suspects: Sequence[Document]
    ) -> Answer[Sequence[SetAside]]:
        """Ask what could not be published, if something has not come and the CRM can tell."""
        came = {each.event_id for each in scene.deliveries}
        if all(each["event_id"] in came for each in suspects) or NEED in self.crm.cannot:
            return lambda: ()
        return asking.ask("what is set aside", lambda: self.crm.set_aside(scene.tenant_id))

    def _trail(self, tenant_id: str) -> frozenset[str]:
        return frozenset(entry.event_id for entry in self.crm.audit_trail(tenant_id))

    def _view(self, tenant_id: str, entity: Entity) -> tuple[View | None]:
        """Wrap what was read: that there is no view is an answer, too."""
        kind, entity_id = entity
        return (self.crm.view(tenant_id, EntityType(kind), entity_id),)

    def _queue(self, subscriber: Subscriber, asking: Asking, turns: Semaphore) -> Queues:
        with turns:
            waiting, closed = self._waiting(subscriber)
            dead = count(self.aws, subscriber.dead_letter_queue_url)
            letters = self._letters(subscriber, dead, asking) if dead else ()
            return Queues(waiting, dead, letters, closed)

    def _waiting(self, subscriber: Subscriber) -> tuple[int, Obstacle | None]:
        """Count what is in a subscriber's queue, and say why the bus cannot send there."""
        url = subscriber.queue_url
        try:
            waiting = count(self.aws, url)
            told = self.aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise
            return 0, Obstacle.NO_QUEUE
        denied = denies_the_bus(told.get("Attributes", {}).get("Policy", ""))
        return waiting, Obstacle.DENIED if denied else None

    def _letters(self, subscriber: Subscriber, count: int, asking: Asking) -> tuple[Delivery, ...]:
        """Receive until all were seen once, or none comes any more, and put them back at once."""
        taken: dict[str, Message] = {}
        while len(taken) < count and asking.left:
            found = self._receive(subscriber.dead_letter_queue_url)
            taken |= {each.message_id: each for each in found}
            if not found:
                break
        handles = [each.receipt_handle for each in taken.values()]
        for first in range(0, len(handles), BATCH):
            self._put_back(subscriber.dead_letter_queue_url, handles[first : first + BATCH])
        return tuple(delivery_of(subscriber.name, each) for each in taken.values())

    def _receive(self, queue_url: str) -> list[Message]:
        answer = self.aws.sqs.receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=LOOK_S,
            WaitTimeSeconds=0,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return [
            Message(
                each["MessageId"],
                each["ReceiptHandle"],
                each["Body"],
                sent_at=0.0,
                receive_count=int(each["Attributes"]["ApproximateReceiveCount"]),
            )
            for each in answer.get("Messages", [])
        ]

    def _put_back(self, queue_url: str, handles: Sequence[str]) -> None:
        self.aws.sqs.change_message_visibility_batch(
            QueueUrl=queue_url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for number, handle in enumerate(handles)
            ],
        )

    def _rules(self, asking: Asking) -> list[Rule]:
        listed = rules_of(self.aws.events, self.bus)
        found = [rule for rule in listed if "EventPattern" in rule]
        share = max(1, -(-len(found) // AT_ONCE))
        shares = [(first, found[first : first + share]) for first in range(0, len(found), share)]
        inner = Asking(asking.left)
        asked = {n: inner.ask("targets", partial(self._targeted, s, inner)) for n, s in shares}
        answers = gathered(asked)
        if inner.unknown:
            raise NotRead(inner.unknown[0])
        return [rule for answer in answers.values() for rule in answer]

    def _targeted(self, rules: "Sequence[RuleTypeDef]", asking: Asking) -> list[Rule]:
        targeted = []
        for rule in rules:
            if not asking.left:
                raise NotRead("there are too many rules to look at")
            targeted.append(self._rule(rule))
        return targeted

    def _rule(self, rule: "RuleTypeDef") -> Rule:
        listed = targets_of(self.aws.events, self.bus, rule["Name"])
        targets = frozenset(queue_name(each["Arn"]) for each in listed)
        enabled = rule.get("State", "ENABLED") != "DISABLED"
        return Rule(rule["Name"], enabled, _pattern(rule["EventPattern"]), targets)


def _pattern(text: str) -> object:
    """Read a pattern; what is no JSON stays text, and cannot be judged."""
    try:
        pattern: object = json.loads(text)
    except ValueError:
        return text
    return pattern
