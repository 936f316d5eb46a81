"""The guards over the real features: what they promise, how they say it, what they leave out."""

import pytest

from support.contract.catalogue import Catalogue
from support.reporting import style, traceability
from support.reporting.prd import Requirements, load_requirements
from support.reporting.written import WrittenFeature, read_features
from tests.unit.guards.asserting import assert_none

Features = tuple[WrittenFeature, ...]


@pytest.fixture(scope="module")
def features() -> Features:
    """Read the features once."""
    return read_features()


@pytest.fixture(scope="module")
def requirements() -> Requirements:
    """Read the PRD once."""
    return load_requirements()


def test_there_are_features(features: Features) -> None:
    """Guards that find no features find nothing wrong with them."""
    assert features


def test_every_tag_names_a_clause(requirements: Requirements, features: Features) -> None:
    """A tag that names nothing proves nothing."""
    assert_none(traceability.tags_without_clause(requirements, features))


def test_every_scenario_proves_a_clause(features: Features) -> None:
    """Product owners find each scenario under the promise that it proves."""
    assert_none(traceability.scenarios_without_clause(features))


def test_every_clause_is_proved(requirements: Requirements, features: Features) -> None:
    """A promise that nobody proves is a wish; those still to come are marked as planned."""
    assert_none(traceability.clauses_without_scenario(requirements, features))


def test_no_proved_clause_is_called_planned(requirements: Requirements, features: Features) -> None:
    """The count of planned clauses in the README is true."""
    assert_none(traceability.planned_clauses_with_scenario(requirements, features))


def test_the_readme_says_how_much_is_planned(requirements: Requirements) -> None:
    """Readers see at once what is promised and not yet proved."""
    readme = traceability.README.read_text(encoding="utf-8")
    assert traceability.coverage_sentence(requirements) in " ".join(readme.split())


def test_every_feature_has_its_section(requirements: Requirements, features: Features) -> None:
    """Folder, section and chapter agree."""
    assert_none(traceability.features_in_wrong_section(requirements, features))


def test_every_tag_is_explained_in_the_readme(features: Features) -> None:
    """A misspelt tag would select nothing, silently."""
    known = traceability.tag_table(traceability.README.read_text(encoding="utf-8"))
    assert_none(traceability.unknown_tags(known, features))


def test_every_event_type_of_the_contract_has_a_scenario(features: Features) -> None:
    """A new event type is not published before somebody expects it."""
    types = Catalogue().event_types()
    assert_none(traceability.event_types_without_scenario(types, features))


def test_every_name_is_there_once(features: Features) -> None:
    """Reports tell scenarios apart by their names."""
    assert_none(style.duplicate_names(features))


def test_everything_has_a_title_and_every_feature_says_why(features: Features) -> None:
    """A feature is prose first."""
    assert_none(style.nameless(features))


def test_every_scenario_has_steps(features: Features) -> None:
    """A scenario without steps passes."""
    assert_none(style.scenarios_without_steps(features))


def test_every_line_below_a_title_is_a_step(features: Features) -> None:
    """A misspelt keyword turns a first step into prose."""
    assert_none(style.stray_lines(features))


def test_no_feature_has_a_rule(features: Features) -> None:
    """The report would lose the scenarios inside."""
    assert_none(style.rules(features))


def test_features_speak_of_the_crm_and_not_of_the_machinery(features: Features) -> None:
    """Whoever reads them knows the business, not the cloud."""
    assert_none(style.infrastructure_words(features))
