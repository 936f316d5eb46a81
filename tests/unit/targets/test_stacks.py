"""A CRM's bus is found by its stack, or a sentence says what is missing."""

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError

from support.errors import ConfigurationError
from support.targets.stacks import EVENT_BUS, NESTED, QUEUE, RULE, bus_of
from tests.support.still_stack import StillStack, refusal

BUS = (EVENT_BUS, "Nerve", "nerve-7f")
OTHER_BUS = (EVENT_BUS, "Spare", "spare-7f")
ON_BUS = (RULE, "Filter", "shared|filter-1")
ON_DEFAULT = (RULE, "Filter", "filter-1")
TRAY = (QUEUE, "Tray", "https://sqs/1/q-7f")


def _bus(*resources: tuple[str, str, str], **outputs: str) -> str:
    return bus_of(StillStack({"habit": resources}, outputs).as_aws(), "habit")


def test_the_stacks_only_bus_is_the_one() -> None:
    """Whatever it is called."""
    assert _bus(TRAY, BUS) == "nerve-7f"


def test_a_bus_in_a_stack_within_the_stack_is_found() -> None:
    """As tools that write templates split them."""
    nested = {"habit": [(NESTED, "Part", "arn:part"), (NESTED, "Later", "")], "arn:part": [BUS]}
    assert bus_of(StillStack(nested).as_aws(), "habit") == "nerve-7f"


@pytest.mark.parametrize("named", ["spare-7f", "arn:aws:events:eu-1:1:event-bus/spare-7f"])
def test_of_two_buses_the_output_names_the_one(named: str) -> None:
    """By its name or ARN."""
    assert _bus(BUS, OTHER_BUS, EventBusName=named) == "spare-7f"


def test_a_bus_of_another_stack_is_named_by_an_output() -> None:
    """As on a bus that a platform team owns."""
    assert _bus(TRAY, EventBusName="platform") == "platform"


def test_a_bus_of_another_stack_is_known_by_the_rules_on_it() -> None:
    """If all are on the same."""
    assert _bus(TRAY, ON_BUS, ON_DEFAULT) == "shared"


@pytest.mark.parametrize(
    ("resources", "has"),
    [
        ((), "no event bus"),
        ((TRAY, ON_DEFAULT), "no event bus"),
        ((ON_BUS, (RULE, "Else", "elsewhere|rule")), "no event bus"),
        ((BUS, OTHER_BUS), "the event buses nerve-7f, spare-7f"),
    ],
)
def test_a_stack_without_one_bus_is_told(
    resources: tuple[tuple[str, str, str], ...], has: str
) -> None:
    """With the two ways out."""
    with pytest.raises(ConfigurationError) as mistake:
        _bus(*resources)
    assert str(mistake.value) == (
        f"the stack habit has {has}: name your CRM's own stack, or give it an output EventBusName"
    )


@pytest.mark.parametrize(
    "error",
    [refusal("ValidationError"), EndpointConnectionError(endpoint_url="http://nowhere")],
)
def test_a_stack_that_cannot_be_read_is_told(error: Exception) -> None:
    """It may be called otherwise."""
    with pytest.raises(ConfigurationError) as mistake:
        bus_of(StillStack(error=error).as_aws(), "habit")
    assert str(mistake.value) == (
        f"the stack habit cannot be read ({error}): name your CRM's with -D stack=..."
    )


@pytest.mark.parametrize(
    "error", [refusal("ExpiredToken"), refusal("AccessDenied"), NoCredentialsError()]
)
def test_credentials_that_are_no_good_are_told(error: Exception) -> None:
    """Another name would not help."""
    with pytest.raises(ConfigurationError) as mistake:
        bus_of(StillStack(error=error).as_aws(), "habit")
    assert str(mistake.value) == (
        f"AWS does not let the suite read the stack habit ({error}): give it AWS credentials that "
        "are valid and allow that"
    )


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (refusal("AccessDenied"), "AWS does not let the suite read the stack habit"),
        (refusal("Throttling"), "the stack habit cannot be read"),
    ],
)
def test_outputs_that_cannot_be_read_are_told(error: Exception, why: str) -> None:
    """Who may list what a stack has may not describe it, for all that."""
    with pytest.raises(ConfigurationError) as mistake:
        bus_of(StillStack({"habit": [TRAY]}, untold=error).as_aws(), "habit")
    assert str(mistake.value).startswith(f"{why} ({error}): ")
