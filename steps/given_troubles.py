"""Facts: what of the delivery of events is out of order."""

from behave import given
from behave.runner import Context

from support.contract.entities import EntityType
from support.faults.hardships import Hardship, Refusal
from support.parties import Party
from support.world import world_of


@given("{party} is stopped")
def is_stopped(context: Context, party: Party) -> None:
    """Let a process of the CRM end, once everybody has what happened before."""
    world_of(context).trouble.stops(party)


@given("{party} {hardship} for {tenant}")
def suffers(context: Context, party: Party, hardship: Hardship, tenant: str) -> None:
    """Let what the party calls answer so wherever the tenant is concerned, until the repair."""
    world_of(context).trouble.befalls(party, hardship, tenant)


@given("the transport refuses {refusal} what happens next to the {entity} {name} of {tenant}")
def refuses(context: Context, refusal: Refusal, entity: EntityType, name: str, tenant: str) -> None:
    """Let the transport take all of a batch but the next event of an entity, until the repair."""
    world_of(context).trouble.refuses(refusal, tenant, entity, name)


@given("what happens next to the {entity} {name} of {tenant} is stored in breach of its schema")
def is_spoilt(context: Context, entity: EntityType, name: str, tenant: str) -> None:
    """Let the next event of an entity be stored with what no schema knows, until the repair."""
    world_of(context).trouble.spoils(tenant, entity, name)


@given("what happens next to the {entity} {name} of {tenant} is stored in its older form")
def is_aged(context: Context, entity: EntityType, name: str, tenant: str) -> None:
    """Let the next event of an entity be stored as its type was told before, and stay so."""
    world_of(context).trouble.ages(tenant, entity, name)
