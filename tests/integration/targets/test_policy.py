"""The README's policy allows every call that a run makes, and next to nothing besides."""

import json
import subprocess
import sys
from pathlib import Path

from support.targets.aws import Aws
from tests.defects.wire.proxy import serving
from tests.support.recorder import Recorder, rights_for

POLICY = Path("support/targets/policy.json")
# One scenario at least of each way to look, to break, and to recover.
TELLING = (
    "What one tenant does comes to none of its neighbours",
    "Every subscription lets through what is meant for it alone",
    "A subscription that .* is found out, and made up for",
    "A change that comes with nothing in it is set aside",
    "A publisher that is killed in the middle of a batch",
    "A publisher that has forgotten everything",
    "A rebuilt pipeline goes on with the next change",
)
# What AWS asks for where the emulators do not: CloudFormation in the caller's name, tags at birth.
ASKED_BY_AWS = {
    "cloudformation:TagResource",
    "dynamodb:CreateTable",
    "dynamodb:DescribeTable",
    "dynamodb:TagResource",
    "events:DescribeEventBus",
    "events:DescribeRule",
    "events:TagResource",
    "sqs:TagQueue",
}
# What only a sweep asks for that finds something of a dead run.
ASKED_BY_A_SWEEP = {
    "dynamodb:DeleteTable",
    "dynamodb:ListTagsOfResource",
    "events:ListTagsForResource",
    "sqs:ListQueueTags",
}


def allowed() -> set[str]:
    """Return the actions that the policy allows."""
    statements = json.loads(POLICY.read_text("utf-8"))["Statement"]
    return {action for each in statements for action in each["Action"]}


def test_a_run_needs_what_the_policy_allows(aws: Aws, tmp_path: Path) -> None:
    """Suite and reference CRM each go through a proxy that notes what they ask for."""
    assert aws.endpoint_url
    suite, crm = Recorder(aws.endpoint_url), Recorder(aws.endpoint_url)
    with serving(suite) as target, serving(crm) as crm_endpoint:
        told = subprocess.run(
            [
                *(sys.executable, "-m", "behave", *(f"--name={name}" for name in TELLING)),
                *("-D", f"target={target}", "-D", f"crm_endpoint={crm_endpoint}"),
                *("-D", f"reports={tmp_path}"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    assert told.returncode == 0, told.stdout[-3000:]
    needed = suite.rights | crm.rights
    assert needed - allowed() == set()
    assert allowed() - needed == ASKED_BY_AWS | ASKED_BY_A_SWEEP


def test_what_goes_in_batches_takes_the_right_of_the_single_call() -> None:
    """IAM knows no batches and no transactions."""
    assert rights_for("sqs", "SendMessageBatch") == {"sqs:SendMessage"}
    assert rights_for("dynamodb", "TransactWriteItems") >= {"dynamodb:PutItem"}
