"""Facts about the way to the subscribers: what is held back, what is broken."""

from behave import given
from behave.runner import Context

from support.faults.routes import Breakage
from support.parties import Party
from support.world import world_of


@given("deliveries to {receivers} are held back")
def held_back(context: Context, receivers: Party) -> None:
    """Keep everything that is published from now on away from one subscriber, or from all."""
    world_of(context).transit.hold(receivers)


@given("the subscription of {party} {breakage}")
def subscription_broken(context: Context, party: Party, breakage: Breakage) -> None:
    """Break the way from the bus to a subscriber, once everybody has what was given."""
    world_of(context).subscriptions.break_(party, breakage)
