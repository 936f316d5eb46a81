"""Observations: what the subscribers have made of the events."""

from behave import then
from behave.runner import Context

from support.contract.entities import EntityType
from support.vocabulary import read_row, read_table
from support.world import world_of


@then("the {entity} {name} of {tenant} reads:")
def reads(context: Context, entity: EntityType, name: str, tenant: str) -> None:
    """Require these values of the view that a subscriber keeps."""
    world_of(context).observer.reads(tenant, entity, name, read_row(context.table))


@then("{tenant} has no {entity} {name}")
def has_no(context: Context, tenant: str, entity: EntityType, name: str) -> None:
    """Require that the subscribers know nothing of this entity."""
    world_of(context).observer.has_no(tenant, entity, name)


@then("the audit trail of {tenant} shows in order:")
def shows_audit_trail(context: Context, tenant: str) -> None:
    """Require the whole audit trail of the tenant."""
    world_of(context).observer.shows_audit_trail(tenant, read_table(context.table))


@then("the timeline of the {entity} {name} of {tenant} shows in order:")
def shows_timeline(context: Context, entity: EntityType, name: str, tenant: str) -> None:
    """Require all that the audit trail says of an entity, also where another's event names it."""
    world_of(context).observer.shows_timeline(tenant, entity, name, read_table(context.table))


@then("the pipeline of {tenant} totals:")
def shows_pipeline(context: Context, tenant: str) -> None:
    """Require the sales pipeline, one row a currency."""
    world_of(context).observer.shows_pipeline(tenant, read_table(context.table))


@then("nothing has changed at {tenant}")
def unchanged(context: Context, tenant: str) -> None:
    """Require history, views and pipeline to be what they were before the newest attempt."""
    world_of(context).observer.unchanged(tenant, world_of(context).before_attempt)
