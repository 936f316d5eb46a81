"""Acts of all tenants alike, and requests that are made in another's name."""

from behave import when
from behave.runner import Context

from support.acts import Act
from support.isolation.intruding import Credential
from support.isolation.requests import Request
from support.vocabulary import read_row
from support.world import world_of


@when("every tenant {act} {name}")
def all_act(context: Context, act: Act, name: str) -> None:
    """Let each tenant of the scenario do the same, at the same time."""
    world_of(context).tenancy.all_do(act, name)


@when("somebody tries to {attempt} {name} of {tenant} {credential}")
def intrudes(
    context: Context, attempt: Act, name: str, tenant: str, credential: Credential
) -> None:
    """Send a command in the tenant's name, with a credential that is not the tenant's."""
    world_of(context).intruder.acts(tenant, attempt, name, credential)


@when("{tenant} tries to {attempt} {name} for {tenant}")
def names_another(context: Context, tenant: str, attempt: Act, name: str, other: str) -> None:
    """Send a command with the tenant's own credential that names another tenant in its data."""
    world_of(context).intruder.names_another(tenant, attempt, name, other)


@when("somebody tries to {request} of {tenant} {credential}")
def asks(context: Context, request: Request, tenant: str, credential: Credential) -> None:
    """Ask for what is the tenant's, with a credential that is not the tenant's."""
    world_of(context).intruder.asks(request, tenant, credential)


@when("somebody asks to become a tenant with:")
def becomes_tenant(context: Context) -> None:
    """Ask for a tenant of the id in the table's one row."""
    world_of(context).intruder.becomes_tenant(read_row(context.table))
