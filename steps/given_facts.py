"""Facts: what is true before somebody acts."""

from behave import given
from behave.runner import Context

from support.acts import Act
from support.contract.entities import EntityType
from support.vocabulary import read_row
from support.world import world_of


@given("{tenant} is a tenant")
def is_a_tenant(context: Context, tenant: str) -> None:
    """Open a fresh tenant that nobody else uses."""
    world_of(context).open_tenant(tenant)


@given("{tenant} has the {entity} {name}")
def has_entity(context: Context, tenant: str, entity: EntityType, name: str) -> None:
    """Let the tenant have an entity; whatever is not said is made up from the run's seed."""
    world_of(context).has(tenant, entity, name)


@given("{tenant} has the {entity} {name} with:")
def has_entity_with(context: Context, tenant: str, entity: EntityType, name: str) -> None:
    """Let the tenant have an entity with the values of the table's one row."""
    world_of(context).has(tenant, entity, name, read_row(context.table))


@given("{tenant} has the {entity} {name} {int} times")
def has_entities(context: Context, tenant: str, entity: EntityType, name: str, times: int) -> None:
    """Let the tenant have several of a kind; they are called "Call 1", "Call 2" and so on."""
    world_of(context).has_several(tenant, entity, name, times)


@given("{tenant} has {done} {name}")
def has_done(context: Context, tenant: str, done: Act, name: str) -> None:
    """Let something have happened to an entity of the tenant."""
    world_of(context).has_done(tenant, done, name)


@given("{tenant} has {done} {name} with:")
def has_done_with(context: Context, tenant: str, done: Act, name: str) -> None:
    """Let something have happened to an entity, with the values of the table's one row."""
    world_of(context).has_done(tenant, done, name, read_row(context.table))
