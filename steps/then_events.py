"""Observations: which events the subscribers have received."""

from behave import then
from behave.runner import Context

from support.contract.entities import EntityType
from support.judging.expectations import Ending
from support.vocabulary import read_table
from support.world import world_of


@then("the subscribers of {tenant} have received exactly:")
def received_exactly(context: Context, tenant: str) -> None:
    """Require these events since the last fact or such sentence, and no others, in any order."""
    world_of(context).observer.received(tenant, read_table(context.table), Ending.EXACTLY)


@then("the subscribers of {tenant} have received in order:")
def received_in_order(context: Context, tenant: str) -> None:
    """Require these events since the last fact or such sentence, and no others, in their order."""
    world_of(context).observer.received(tenant, read_table(context.table), Ending.IN_ORDER)


@then("the subscribers of {tenant} have received nothing")
def received_nothing(context: Context, tenant: str) -> None:
    """Require that nothing happened since the last fact or such sentence."""
    world_of(context).observer.received(tenant, [], Ending.EXACTLY)


@then("the events of {tenant} share the correlation of the command")
def share_correlation(context: Context, tenant: str) -> None:
    """Require that every event since the last fact can be followed to the newest command."""
    world_of(context).observer.share_correlation(tenant)


@then("every event that {tenant} received follows its published schema")
def follows_schema(context: Context, tenant: str) -> None:
    """Require that each event is what the contract publishes for its type."""
    world_of(context).observer.follow_contract(tenant)


@then("the versions of the {entity} {name} of {tenant} run from 1 to {int}")
def versions_run(context: Context, entity: EntityType, name: str, tenant: str, last: int) -> None:
    """Require that an entity's versions have neither a gap nor a repetition."""
    world_of(context).observer.versions_run(tenant, entity, name, last)


@then("the audit of {tenant} finds exactly:")
def finds(context: Context, tenant: str) -> None:
    """Require these anomalies and no others; the end of the scenario takes them as expected."""
    world_of(context).observer.finds(tenant, read_table(context.table))


@then("the audit of {tenant} finds nothing but events that were published again")
def finds_only_published_again(context: Context, tenant: str) -> None:
    """Require that no event had effect twice, was altered or lost; coming again is expected."""
    world_of(context).observer.finds_only_published_again(tenant)


@then("every event of this scenario is accounted for")
def accounted_for(context: Context) -> None:
    """Close each scenario: audit the whole history of its tenants (added to every scenario)."""
    world_of(context).close()
