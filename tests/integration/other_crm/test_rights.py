"""The guide's list of rights is what a run at somebody else's CRM takes, and nothing besides."""

import re
from dataclasses import replace
from pathlib import Path

from support.targets.aws import Aws
from tests.defects.wire.proxy import serving
from tests.integration.other_crm.trial import Deployed, behave
from tests.support.recorder import Recorder

GUIDE = Path("support/crm/GUIDE.md")
RIGHT = re.compile(r"`((?:cloudformation|dynamodb|events|sqs):[A-Z]\w+)`")
# What AWS asks for where emulators do not: tags at birth.
ASKED_BY_AWS = {"events:TagResource", "sqs:TagQueue"}
# What a failure is explained with: the ways from the bus, and dead letters, which are given back.
ASKED_BY_A_FAILURE = {"events:ListTargetsByRule", "sqs:ChangeMessageVisibility"}
# Whose a rule or queue is that is called like a run's.
ASKED_BY_A_SWEEP = {"events:ListTagsForResource", "sqs:ListQueueTags"}


def test_a_run_at_somebody_elses_crm_needs_what_the_guide_says(
    crm: Deployed, tmp_path: Path
) -> None:
    """Driver and CRM go their own way: only the suite's calls pass the proxy."""
    assert crm.aws.endpoint_url
    suite = Recorder(crm.aws.endpoint_url)
    with serving(suite) as target:
        watched = replace(crm, aws=Aws(target, crm.aws.region))
        ended = behave(watched, tmp_path, "--name=announced once and nothing")
    assert ended.code == 0, ended.output
    listed = set(RIGHT.findall(GUIDE.read_text("utf-8")))
    assert suite.rights - listed == set()
    assert listed - suite.rights == ASKED_BY_AWS | ASKED_BY_A_FAILURE | ASKED_BY_A_SWEEP
