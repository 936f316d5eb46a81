"""What a run can be told, and how a mistake in it is answered: with one sentence."""

from pathlib import Path

import pytest

from support.errors import ConfigurationError
from support.settings import Settings, load_settings

KNOWN = (
    "target, seed, run_id, timeout, objective, latest, lease, region, crm, stack, operator_token, "
    "crm_endpoint, "
    "crm_program, reports, keep_results, job"
)


def test_a_run_that_is_told_nothing_is_embedded_and_its_own() -> None:
    """Seed, run id and token are fresh, so that two runs do not meet."""
    one, other = load_settings({}, {}), load_settings({}, {})
    assert (one.target, one.endpoint_url, one.reports) == ("embedded", None, Path("reports"))
    assert one.stack_name == f"crm-{one.run_id}"
    assert (one.seed, one.run_id) != (other.seed, other.run_id)
    assert one.operator_token != other.operator_token


def test_the_command_line_wins_over_the_environment() -> None:
    """Both are read, and nothing else of the environment is."""
    environ = {"ACCEPTANCE_SEED": "1", "ACCEPTANCE_TIMEOUT": "3.5", "SEED": "9", "HOME": "/"}
    settings = load_settings({"seed": "2"}, environ)
    assert (settings.seed, settings.timeout) == (2, 3.5)


@pytest.mark.parametrize(
    ("target", "endpoint"),
    [
        ("embedded", None),
        ("aws", None),
        ("localstack", "http://127.0.0.1:4566"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("https://aws.example", "https://aws.example"),
    ],
)
def test_a_target_has_an_endpoint_or_is_aws_or_yet_to_be_started(
    target: str, endpoint: str | None
) -> None:
    """Whoever names a URL gets that URL."""
    assert load_settings({"target": target}, {}).endpoint_url == endpoint


def test_a_crm_of_ones_own_has_its_own_stack() -> None:
    """The suite looks at that stack, and creates none."""
    own = {"crm": "http://crm:1", "stack": "theirs", "target": "aws"}
    assert load_settings(own, {}).stack_name == "theirs"


@pytest.mark.parametrize(
    ("userdata", "seconds"), [({"objective": "3"}, 3.0), ({"objective": "3", "latest": "9"}, 9.0)]
)
def test_an_event_may_take_as_long_as_the_objective_says_unless_told(
    userdata: dict[str, str], seconds: float
) -> None:
    """The objective is for nearly all events, the limit for each."""
    assert load_settings(userdata, {}).longest_journey == seconds


@pytest.mark.parametrize(
    ("crm", "url"),
    [
        ("http://crm:1/base", "http://crm:1/base"),
        ("https://crm.example", "https://crm.example"),
        ("httpdriver.mine:Driver", None),
        ("mine:Driver", None),
    ],
)
def test_a_crm_is_at_a_url_or_is_a_class(crm: str, url: str | None) -> None:
    """A class may be in a package whose name begins like a URL."""
    assert load_settings({"crm": crm, "stack": "theirs", "target": "aws"}, {}).crm_url == url


@pytest.mark.parametrize(
    ("userdata", "sentence"),
    [
        ({"sede": "7"}, f"unknown setting -D sede; known are {KNOWN}"),
        (
            {"target": "moon"},
            "unknown target 'moon'; use embedded, localstack, aws, or a URL such as "
            "http://127.0.0.1:4566",
        ),
        (
            {"target": "http://host/path"},
            "unknown target 'http://host/path'; use embedded, localstack, aws, or a URL such as "
            "http://127.0.0.1:4566",
        ),
        (
            {"crm": "http://crm:1", "target": "aws"},
            "crm needs stack: name the stack of your CRM with -D stack=NAME",
        ),
        (
            {"stack": "theirs", "target": "aws"},
            "stack needs crm: give your CRM's URL or class with -D crm=...",
        ),
        (
            {"crm": "http://crm:1", "stack": "theirs"},
            "a CRM of your own needs -D target=localstack, aws or a URL",
        ),
        (
            {"crm": ":X", "stack": "theirs", "target": "aws"},
            "crm cannot be ':X'; give its URL, or package.module:Class of a CrmPort",
        ),
        (
            {"crm": "mine.Driver", "stack": "theirs", "target": "aws"},
            "crm cannot be 'mine.Driver'; give its URL, or package.module:Class of a CrmPort",
        ),
        (
            {"crm": "http://", "stack": "theirs", "target": "aws"},
            "crm cannot be 'http://'; give its URL, or package.module:Class of a CrmPort",
        ),
        (
            {"target": "http://[::1"},
            "unknown target 'http://[::1'; use embedded, localstack, aws, or a URL such as "
            "http://127.0.0.1:4566",
        ),
        (
            {"target": "http://host:99999"},
            "unknown target 'http://host:99999'; use embedded, localstack, aws, or a URL such as "
            "http://127.0.0.1:4566",
        ),
        (
            {"timeout": "0"},
            "-D timeout cannot be '0': it should be greater than 0 "
            "(how long a scenario waits for what it expects)",
        ),
        (
            {"timeout": "1000"},
            "-D timeout cannot be '1000': it should be less than or equal to 900 "
            "(how long a scenario waits for what it expects)",
        ),
        (
            {"objective": "0"},
            "-D objective cannot be '0': it should be greater than 0 "
            "(the delivery objective: 95 % of a run's events have to keep it)",
        ),
        (
            {"objective": "5", "latest": "2"},
            "latest cannot be 2, less than the objective of 5; it is the most that any single "
            "event may take",
        ),
        (
            {"seed": "x"},
            "-D seed cannot be 'x': it should be a valid integer (repeats a run's values)",
        ),
        (
            {"seed": "-1"},
            "-D seed cannot be '-1': it should be greater than or equal to 0 "
            "(repeats a run's values)",
        ),
        (
            {"run_id": "A b"},
            "-D run_id cannot be 'A b': it should match pattern '^[a-z0-9]{4,12}$' "
            "(marks everything that the run creates (4-12 of a-z, 0-9))",
        ),
        (
            {"keep_results": "perhaps"},
            "-D keep_results cannot be 'perhaps': it should be a valid boolean "
            "(add to the results of an earlier process of the same run: `JOBS=` says it)",
        ),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(userdata: dict[str, str], sentence: str) -> None:
    """It says which setting, and what would be right."""
    with pytest.raises(ConfigurationError) as mistake:
        load_settings(userdata, {})
    assert str(mistake.value) == sentence


def test_a_mistake_in_the_environment_is_one_too() -> None:
    """A misspelled value is not passed over because nobody typed it today."""
    with pytest.raises(ConfigurationError, match=r"^-D seed cannot be 'x': "):
        load_settings({}, {"ACCEPTANCE_SEED": "x"})


def test_an_unknown_variable_is_one_too() -> None:
    """What is misspelled there would else be passed over, and its default taken."""
    with pytest.raises(ConfigurationError) as mistake:
        load_settings({}, {"ACCEPTANCE_SEDE": "7", "HOME": "/"})
    known = ", ".join(f"ACCEPTANCE_{name.upper()}" for name in KNOWN.split(", "))
    assert str(mistake.value) == f"unknown variable ACCEPTANCE_SEDE: unset it; known are {known}"


def test_the_echo_shows_every_setting_and_hides_the_secret() -> None:
    """A report can be sent to anybody."""
    told = {"seed": "7", "run_id": "abcd", "operator_token": "very-secret", "reports": "out"}
    settings = load_settings(told, {})
    assert settings.echo() == {
        "target": "embedded",
        "seed": "7",
        "run_id": "abcd",
        "timeout": "20.0",
        "objective": "5.0",
        "lease": "7200.0",
        "region": "us-east-1",
        "operator_token": "**********",
        "crm_program": "support.reference_crm",
        "reports": "out",
        "keep_results": "False",
    }
    assert "very-secret" not in repr(settings)
    assert settings.operator_token.get_secret_value() == "very-secret"


def test_a_run_can_be_repeated_from_what_it_tells() -> None:
    """The seed, what was tested, and what decides; the rest is as fresh as ever."""
    own = {"seed": "7", "target": "aws", "crm": "http://crm:1", "stack": "theirs"}
    own |= {"region": "eu-west-1", "objective": "4.0", "latest": "6.0", "timeout": "30.0"}
    settings = load_settings({**own, "reports": "out", "operator_token": "very-secret"}, {})
    assert settings.repeat() == own
    again = load_settings(settings.repeat(), {})
    assert (again.seed, again.crm, again.run_id != settings.run_id) == (7, settings.crm, True)


def test_settings_cannot_be_changed_during_a_run() -> None:
    """What was echoed is what holds."""
    with pytest.raises(ValueError, match="frozen"):
        Settings().seed = 1  # type: ignore[misc]


def test_the_crm_can_be_given_its_own_way_to_aws() -> None:
    """A proxy stands between the CRM and AWS, not between the suite and AWS."""
    url = "http://127.0.0.1:9"
    assert load_settings({}, {"CRM_AWS_ENDPOINT_URL": url}).crm_endpoint == url
    assert load_settings({"crm_endpoint": url}, {"CRM_AWS_ENDPOINT_URL": "x"}).crm_endpoint == url
    with pytest.raises(ConfigurationError, match="crm_endpoint cannot be 'no url'; give a URL"):
        load_settings({"crm_endpoint": "no url"}, {})
