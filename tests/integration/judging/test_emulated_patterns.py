"""What the suite says of a pattern is what the emulator's own matching says."""

import json
from collections.abc import Iterator

import pytest

from support.targets.aws import Aws
from tests.support.emulator import running_emulator
from tests.support.pattern_cases import examples


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """Return the clients for an emulator that is running."""
    with running_emulator(tmp_path_factory.mktemp("emulator")) as started:
        yield started


def test_the_emulator_agrees_on_every_example(aws: Aws) -> None:
    """The examples were written from AWS's documentation; somebody else's matching is asked."""
    disputed = [
        (pattern, event["detail"], accepted)
        for pattern, event, accepted in examples()
        if accepted
        != aws.events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(event))[
            "Result"
        ]
    ]
    assert disputed == []
