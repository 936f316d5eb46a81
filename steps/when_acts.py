"""Acts: what somebody in the domain does."""

from behave import when
from behave.runner import Context

from support.acts import Act
from support.contract.entities import EntityType
from support.faults.recovery import Projection
from support.flaws import Flaw
from support.vocabulary import read_row, read_table
from support.world import world_of


@when("{tenant} {act} {name}")
def acts(context: Context, tenant: str, act: Act, name: str) -> None:
    """Let the tenant do something that has to be accepted."""
    world_of(context).does(tenant, act, name)


@when("{tenant} {act} {name} with:")
def acts_with(context: Context, tenant: str, act: Act, name: str) -> None:
    """Let the tenant do something with the values of the table's one row."""
    world_of(context).does(tenant, act, name, read_row(context.table))


@when("{name} of {tenant} {act} {name}")
def person_acts(context: Context, actor: str, tenant: str, act: Act, name: str) -> None:
    """Let a named person of the tenant do something."""
    world_of(context).does(tenant, act, name, actor=actor)


@when("{tenant} {act} {name} {int} times in a row")
def acts_in_a_row(context: Context, tenant: str, act: Act, name: str, times: int) -> None:
    """Let the tenant do the same kind of thing many times."""
    world_of(context).does_in_a_row(tenant, act, name, times)


@when("{tenant} tries to {attempt} {name}")
def tries(context: Context, tenant: str, attempt: Act, name: str) -> None:
    """Let the tenant try something that may be refused."""
    world_of(context).tries(tenant, attempt, name)


@when("{tenant} tries to {attempt} {name} with:")
def tries_with(context: Context, tenant: str, attempt: Act, name: str) -> None:
    """Let the tenant try something, with the values of the table's one row."""
    world_of(context).tries(tenant, attempt, name, read_row(context.table))


@when("{tenant} tries to {attempt} {name} with the key of the command before")
def tries_with_known_key(context: Context, tenant: str, attempt: Act, name: str) -> None:
    """Let the tenant try something under the idempotency key of the newest command."""
    world_of(context).tries_with_known_key(tenant, attempt, name)


@when("{tenant} tries to create a/an {entity} {flaw}")
def tries_with_flaw(context: Context, tenant: str, entity: EntityType, flaw: Flaw) -> None:
    """Let the tenant send a command that has a flaw."""
    world_of(context).tries_with_flaw(tenant, entity, flaw)


@when("{tenant} sends its first command again")
def repeats(context: Context, tenant: str) -> None:
    """Send the first command since the facts once more, with its idempotency key."""
    world_of(context).repeats(tenant)


@when("{tenant} sends its first command again with:")
def repeats_with(context: Context, tenant: str) -> None:
    """Send the key of the first command since the facts again, with other values."""
    world_of(context).repeats(tenant, read_row(context.table))


@when("several editors at {tenant} {attempt} {name} at the same time with:")
def edit_at_once(context: Context, tenant: str, attempt: Act, name: str) -> None:
    """Let one editor a row act at the same time, all based on the version that they see."""
    world_of(context).does_at_once(tenant, attempt, name, read_table(context.table))


@when("{int} people at {tenant} each create a/an {entity} at the same time")
def create_at_once(context: Context, people: int, tenant: str, entity: EntityType) -> None:
    """Let several people create an entity each; they are called "lead 1", "lead 2" and so on."""
    world_of(context).does_each_at_once(tenant, entity, people)


@when("several people at {tenant} each {attempt} at the same time with:")
def act_at_once(context: Context, tenant: str, attempt: Act) -> None:
    """Let one person a row act at the same moment, each on what the row is about."""
    world_of(context).does_to_each_at_once(tenant, attempt, read_table(context.table))


@when("{tenant} sends {int} equal commands at the same time to {attempt} {name}")
def sends_equal(context: Context, tenant: str, times: int, attempt: Act, name: str) -> None:
    """Send one and the same command several times, with one idempotency key."""
    world_of(context).sends_equal_commands(tenant, attempt, name, times)


@when("somebody replays all events of {tenant}")
def replays(context: Context, tenant: str) -> None:
    """Let all stored events of the tenant be published again, as after a repair."""
    world_of(context).recovering.replay(tenant)


@when("somebody rebuilds the {projection} of {tenant}")
def rebuilds(context: Context, projection: Projection, tenant: str) -> None:
    """Throw away what a subscriber shows of the tenant, and build it from the stored events."""
    world_of(context).recovering.rebuild(projection, tenant)
