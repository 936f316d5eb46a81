"""The subscribers of the CRM in memory."""

from support.contract.entities import EntityType
from support.crm.port import Subscriber

EVERYTHING = tuple(EntityType)
VIEWS, TRAIL, PIPELINE = "entity-views", "audit-trail", "sales-pipeline"
SUBSCRIBERS = tuple(
    Subscriber(
        name=name,
        entity_types=kinds,
        queue_url=f"https://queues.example/1/{name}",
        dead_letter_queue_url=f"https://queues.example/1/{name}-dead-letters",
    )
    for name, kinds in {
        VIEWS: EVERYTHING,
        TRAIL: EVERYTHING,
        PIPELINE: (EntityType.OPPORTUNITY,),
    }.items()
)
