"""Who subscribes to what: the names that the template, the roles and the API share."""

from dataclasses import dataclass
from enum import StrEnum

from support.reference_crm.domain import EntityType
from support.reference_crm.subscribers import (
    account_deactivation,
    audit_trail,
    entity_views,
    sales_pipeline,
)


class Subscriber(StrEnum):
    """Name the subscribers of the CRM."""

    AUDIT_TRAIL = audit_trail.NAME
    ENTITY_VIEWS = entity_views.NAME
    SALES_PIPELINE = sales_pipeline.NAME
    ACCOUNT_DEACTIVATION = account_deactivation.NAME


@dataclass(frozen=True)
class Subscription:
    """Hold which entities' events a subscriber gets; the template's rules say the same."""

    subscriber: Subscriber
    entity_types: tuple[EntityType, ...]


SUBSCRIPTIONS = (
    Subscription(Subscriber.AUDIT_TRAIL, tuple(EntityType)),
    Subscription(Subscriber.ENTITY_VIEWS, tuple(EntityType)),
    Subscription(Subscriber.SALES_PIPELINE, (EntityType.OPPORTUNITY,)),
    Subscription(
        Subscriber.ACCOUNT_DEACTIVATION,
        (EntityType.ACCOUNT, EntityType.ACTIVITY, EntityType.OPPORTUNITY),
    ),
)
