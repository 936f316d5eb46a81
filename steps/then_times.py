"""Observations: how long events took."""

from behave import then
from behave.runner import Context

from support.vocabulary import read_table
from support.world import world_of


@then("{int} % of the events of {tenant} have reached every subscriber in time")
def in_time(context: Context, percent: int, tenant: str) -> None:
    """Require that so many of the events since the last fact kept the delivery objective."""
    world_of(context).observer.in_time(tenant, percent)


@then("the report shows how long the events of {tenant} took:")
def shows_times(context: Context, tenant: str) -> None:
    """Require these hops in the report, each with so many of the events since the last fact."""
    world_of(context).observer.shows_times(tenant, read_table(context.table))
