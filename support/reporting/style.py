"""How features are written: their names, their form, and the words that they leave out."""

import re
from collections import Counter
from collections.abc import Iterable

from support.reporting.findings import Finding, Findings
from support.reporting.traceability import Features, scenarios
from support.reporting.written import WrittenFeature

# The only folder whose features speak of the machinery: they are about the suite itself.
OPERATION = "operation"
INFRASTRUCTURE = (
    *("api", "arn", "aws", "boto3", "bucket", "cloudformation", "cloudwatch", "container"),
    *("database", "docker", "dynamodb", "emulator", "endpoint", "eventbridge", "http", "https"),
    *("iam", "json", "lambda", "localstack", "millisecond", "milliseconds", "ministack", "ms"),
    *("poll", "polled", "polling", "polls", "queue", "queued", "queues", "retried", "retries"),
    *("retry", "retrying", "s3", "seconds", "shard", "shards", "sleep", "sleeps", "sns", "sqs"),
    *("stack", "stacks", "stream", "streams", "thread", "timeout", "url", "wait", "waiting"),
    *("waits", "yaml"),
)

_INFRASTRUCTURE = re.compile(rf"(?<!\w)(?:{'|'.join(INFRASTRUCTURE)})(?!\w)", re.IGNORECASE)


def duplicate_names(features: Features) -> Findings:
    """Find names that two features, or two scenarios anywhere, share: a report merges them."""
    named = [(str(feature.path), feature.name) for feature in features]
    described = [(scenario.place, scenario.name) for scenario in scenarios(features)]
    return (*_duplicates(named), *_duplicates(described))


def _duplicates(placed: Iterable[tuple[str, str]]) -> Findings:
    names = list(placed)
    times = Counter(name for _, name in names)
    return tuple(
        Finding(place, f"{name!r} is there {times[name]} times", "say what is different about it")
        for place, name in names
        if times[name] > 1
    )


def nameless(features: Features) -> Findings:
    """Find features and scenarios that say nothing in their title, or features without prose."""
    untitled = [str(feature.path) for feature in features if not feature.name]
    untitled += [scenario.place for scenario in scenarios(features) if not scenario.name]
    plain = [str(feature.path) for feature in features if not feature.description]
    return (
        *(Finding(place, "it has no title", "name the outcome") for place in untitled),
        *(Finding(place, "it has no prose", "say why it matters") for place in plain),
    )


def scenarios_without_steps(features: Features) -> Findings:
    """Find scenarios that run nothing, outlines without rows among them: behave passes them."""
    return tuple(
        Finding(scenario.place, "the scenario runs no step", "write its steps, or its rows")
        for scenario in scenarios(features)
        if not scenario.steps
    )


def stray_lines(features: Features) -> Findings:
    """Find text below a scenario's title: behave takes a misspelt first step for a description."""
    return tuple(
        Finding(scenario.place, f"{line!r} is no step", "begin it with Given, When or Then")
        for scenario in scenarios(features)
        for line in scenario.description
    )


def rules(features: Features) -> Findings:
    """Find `Rule:`, whose scenarios the Allure report loses."""
    return tuple(
        Finding(str(feature.path), f"it has Rule: {rule}", "make it a feature of its own")
        for feature in features
        for rule in feature.rules
    )


def infrastructure_words(features: Features) -> Findings:
    """Find words of the machinery in the features that product owners read."""
    found = (
        (place, word)
        for feature in features
        if feature.path.parent.name != OPERATION
        for place, text in _placed_words(feature)
        for word in _INFRASTRUCTURE.findall(text)
    )
    return tuple(
        Finding(place, f"{word!r} is a word of the machinery", "say what a reader can observe")
        for place, word in dict.fromkeys(found)
    )


def _placed_words(feature: WrittenFeature) -> Iterable[tuple[str, str]]:
    yield from ((str(feature.path), text) for text in feature.words)
    for scenario in feature.scenarios:
        yield from ((scenario.place, text) for text in scenario.words)
