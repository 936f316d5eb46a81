"""What befalls deliveries: they come late, again, in another order, spoilt."""

from behave import when
from behave.runner import Context

from support.faults.deliveries import Spoiling
from support.faults.sequel import Sequel
from support.parties import Party
from support.world import world_of


@when("what was held back from {tenant} arrives {sequel}")
def arrives(context: Context, tenant: str, sequel: Sequel) -> None:
    """Let whoever was held back have it now, in this order."""
    world_of(context).transit.arrives(tenant, sequel)


@when("what was held back from {tenant} arrives, but for version {int} of {name}")
def arrives_but_for(context: Context, tenant: str, version: int, name: str) -> None:
    """Let all arrive but one event, which comes only with the repair."""
    world_of(context).poison.all_but(tenant, version, name)


@when("what was held back from {tenant} arrives, version {int} of {name} {spoiling}")
def arrives_spoilt(
    context: Context, tenant: str, version: int, name: str, spoiling: Spoiling
) -> None:
    """Let all arrive, one event so that nobody can take it; the true one comes with the repair."""
    world_of(context).poison.all_with_spoilt(tenant, version, name, spoiling)


@when("the subscription of {party} is mended")
def subscription_mended(context: Context, party: Party) -> None:
    """Repair the way from the bus to a subscriber; what was lost meanwhile stays lost."""
    world_of(context).subscriptions.mend(party)


@when("{party} gets what is no event in the name of {tenant}")
def gets_no_event(context: Context, party: Party, tenant: str) -> None:
    """Put something among a subscriber's deliveries that nobody can read."""
    world_of(context).poison.no_event(party, tenant)


@when("all that {tenant} has published is published once more")
def published_again(context: Context, tenant: str) -> None:
    """Put each event since the facts on the bus again, as a CRM does that sends a batch twice."""
    world_of(context).transit.publish_again(tenant)


@when("all that {tenant} has published is published once more {sequel}")
def published_again_turned(context: Context, tenant: str, sequel: Sequel) -> None:
    """Put each event since the facts on the bus again, in this order."""
    world_of(context).transit.publish_again(tenant, sequel)


@when("all that {tenant} has published is delivered once more to {receivers}")
def delivered_again(context: Context, tenant: str, receivers: Party) -> None:
    """Deliver each event since the facts again, past the bus, to one subscriber or to all."""
    world_of(context).transit.deliver_again(tenant, receivers)
