"""What behave would run, found out as behave does: by paths, tags and names."""

from collections.abc import Sequence
from dataclasses import dataclass

from behave import exception
from behave.configuration import Configuration
from behave.model import Feature, Scenario
from behave.parser import ParserError
from behave.runner_util import collect_feature_locations, parse_features
from cucumber_tag_expressions.parser import TagExpressionError

from support.errors import ConfigurationError
from support.side_by_side.drawing import Chosen

NO_SUCH = (
    exception.ConfigError,
    exception.FileNotFoundError,
    exception.InvalidFileLocationError,
    ParserError,
    TagExpressionError,
    OSError,
)

SLOW = "slow"


@dataclass(frozen=True)
class Selection:
    """Hold how scenarios were selected; all of it is behave's."""

    paths: Sequence[str] = ()
    tags: Sequence[str] = ()
    names: Sequence[str] = ()

    @property
    def options(self) -> list[str]:
        """Return behave's options, without the paths."""
        return [
            *(f"--tags={tags}" for tags in self.tags),
            *(part for name in self.names for part in ("--name", name)),
        ]


def select(selection: Selection) -> list[Chosen]:
    """Return the files in which something is selected.

    Raises ConfigurationError with one sentence for what behave would not understand, or if nothing
    is selected.
    """
    try:
        config = Configuration([*selection.options, *selection.paths], verbose=False)
        locations = collect_feature_locations(config.paths)
        features = parse_features(locations, language=config.lang)
    except NO_SUCH as error:
        raise ConfigurationError(f"behave cannot select that: {error}") from error
    named: dict[str, list[str]] = {}
    for location in locations:
        named.setdefault(location.filename, []).append(str(location))
    found = [_chosen(feature, config, named) for feature in features]
    if not (chosen := [each for each in found if each.scenarios]):
        raise ConfigurationError("no scenario is selected: check the files, tags and names")
    return chosen


def _chosen(feature: Feature, config: Configuration, named: dict[str, list[str]]) -> Chosen:
    scenarios = [each for each in feature.walk_scenarios() if each.should_run(config)]
    return Chosen(
        feature.filename,
        tuple(named[feature.filename]),
        tuple(_name(each) for each in scenarios),
        frozenset(_name(each) for each in scenarios if SLOW in each.effective_tags),
    )


def _name(scenario: Scenario) -> str:
    return f"{scenario.filename}:{scenario.line}"
