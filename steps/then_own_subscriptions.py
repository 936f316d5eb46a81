"""Observations: what own subscriptions have received, and what every pattern lets through."""

from behave import then
from behave.runner import Context

from support.vocabulary import read_table
from support.world import world_of


@then("every own subscription has received exactly:")
def each_received(context: Context) -> None:
    """Require these events of its tenant in each own subscription, and nothing of anybody else."""
    world_of(context).own.each_received(read_table(context.table))


@then("only the own subscription of {tenant} has received:")
def only_one_received(context: Context, tenant: str) -> None:
    """Require exactly these events in one own subscription, and nothing in all the others."""
    world_of(context).own.only_one_received(tenant, read_table(context.table))


@then("every subscription lets through exactly what is meant for it:")
def patterns_hold(context: Context) -> None:
    """Hold samples of every event type, of each tenant, against a copy of every subscription."""
    world_of(context).patterns.hold(read_table(context.table))
