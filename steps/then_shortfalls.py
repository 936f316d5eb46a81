"""Observations: what does not get through while a fault lasts."""

from behave import then
from behave.runner import Context

from support.parties import Party
from support.vocabulary import read_table
from support.world import world_of


@then("{party} still lacks of {tenant} exactly:")
def lacks(context: Context, party: Party, tenant: str) -> None:
    """Require that just these events are missing there now, and stay so; nothing is repaired."""
    world_of(context).shortfall.lacks(party, tenant, read_table(context.table))


@then("{party} lacks nothing of {tenant}")
def lacks_nothing(context: Context, party: Party, tenant: str) -> None:
    """Require that all the tenant's events get there though a fault lasts."""
    world_of(context).shortfall.lacks(party, tenant, [])


@then("what is set aside of {tenant} is exactly:")
def set_aside(context: Context, tenant: str) -> None:
    """Require that just these events are set aside by the publisher, each with its reason."""
    world_of(context).shortfall.set_aside(tenant, read_table(context.table))


@then("nothing is set aside of {tenant} any more")
def nothing_set_aside(context: Context, tenant: str) -> None:
    """Require that all that was set aside has been given back, and is on nobody's list."""
    world_of(context).shortfall.set_aside(tenant, [])
