"""Facts: what of the delivery of events is out of order."""

from behave import given
from behave.runner import Context

from support.parties import Party
from support.world import world_of


@given("{party} is stopped")
def is_stopped(context: Context, party: Party) -> None:
    """Let a process of the CRM end, once everybody has what happened before."""
    world_of(context).trouble.stops(party)
