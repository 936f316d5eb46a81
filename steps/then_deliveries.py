"""What can be seen of deliveries while something is wrong."""

from behave import then
from behave.runner import Context

from support.faults.routes import Breakage
from support.parties import Party
from support.vocabulary import read_table
from support.world import world_of


@then("{party} is found to have lost of {tenant}, because its subscription {breakage}:")
def has_lost(context: Context, party: Party, tenant: str, breakage: Breakage) -> None:
    """Require that the suite finds these losses and no others, and names this reason by itself."""
    world_of(context).watch.lost(party, tenant, breakage, read_table(context.table))


@then("{party} keeps of {tenant} until its turn exactly:")
def keeps(context: Context, party: Party, tenant: str) -> None:
    """Require that a subscriber keeps these events, and no others, until earlier ones come."""
    world_of(context).watch.kept(party, tenant, read_table(context.table))


@then("{party} keeps nothing of {tenant}")
def keeps_nothing(context: Context, party: Party, tenant: str) -> None:
    """Require that a subscriber keeps nothing of a tenant for later any more."""
    world_of(context).watch.kept(party, tenant, [])


@then("{party} has given up of {tenant} exactly:")
def has_given_up(context: Context, party: Party, tenant: str) -> None:
    """Require that a subscriber has set these aside for good, and nothing else of the tenant."""
    world_of(context).watch.given_up(party, tenant, read_table(context.table))


@then("{party} has had nothing of all that")
def has_had_nothing(context: Context, party: Party) -> None:
    """Require that a subscriber has had no event at all of what the tenants have done."""
    world_of(context).watch.had_none(party)
