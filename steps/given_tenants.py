"""Facts about tenants beside each other."""

from behave import given
from behave.runner import Context

from support.acts import Act
from support.isolation.likeness import Likeness
from support.world import world_of


@given("{tenant} is a tenant that uses the entity ids of {tenant}")
def uses_ids(context: Context, tenant: str, other: str) -> None:
    """Open a tenant that gives its entities the ids that the other's have under the same names."""
    world_of(context).tenancy.open_neighbour(tenant, other)


@given("{tenant} is a tenant that uses the entity ids of {tenant}, and its id {likeness}")
def is_near_miss(context: Context, tenant: str, other: str, likeness: Likeness) -> None:
    """Open such a tenant under an id that is nearly the other's."""
    world_of(context).tenancy.open_neighbour(tenant, other, likeness)


@given("every tenant has a subscription of its own")
def all_subscribed(context: Context) -> None:
    """Give each tenant of the scenario a subscription for its own events."""
    world_of(context).tenancy.subscribe_all()


@given("every tenant is ready to {attempt} {name}")
def all_ready(context: Context, attempt: Act, name: str) -> None:
    """Let all that the act needs have happened, at each tenant of the scenario."""
    world_of(context).tenancy.get_ready(attempt, name)
