"""Bugs that are planted in the second CRM are found, in words that name them.

Two of them in every run of the tests, all of them with PLANTED_BUGS=all (`make defects`).
"""

import os
from pathlib import Path

import pytest

from support.targets.aws import Aws
from tests.integration.other_crm.trial import behave, deployed
from tests.other_crm.bugs import BUGS

# The clauses that each bug breaks, and the words that tell it.
FOUND = {
    "forgets-an-event": (
        "@prd-2.1.8",
        "AccountOwnerChanged",
        "was lost between the event store and the bus: it is committed, and was not published",
    ),
    "shows-another-tenants-view": (
        "@prd-1.4.6",
        "leaked: the view of",
        "belongs to tenant",
    ),
    "publishes-what-it-refuses": (
        "@prd-1.7.2",
        "phantom: AccountUpdated",
        "arrived, and is not in the history",
    ),
    "sends-a-wrong-version": (
        "@prd-2.3.11",
        "mutated: LeadQualified",
        "version",
    ),
    "counts-a-deal-twice": ("@prd-3.3.4", "mutated: the pipeline counts 2 with", "as won"),
    "leaves-deals-open": ("@prd-3.4.2", "missing: event 'OpportunityLost'"),
    "writes-a-line-twice": (
        "@prd-3.1.1",
        "duplicate: the audit trail has LeadConverted",
        "2 times",
    ),
    "forgets-keys": ("@prd-1.6.1", "the repetition refused as already_exists"),
    "takes-events-as-they-come": (
        "@prd-3.5.1",
        "duplicate: mirror applied version 2 of",
        "2 times",
    ),
}
QUICK = [*FOUND][:2]
CHOSEN = [*FOUND] if os.environ.get("PLANTED_BUGS") == "all" else QUICK


def test_every_bug_is_to_be_found() -> None:
    """None is planted without anybody looking for it."""
    assert set(FOUND) == set(BUGS)


@pytest.mark.parametrize("bug", CHOSEN)
def test_a_planted_bug_is_found_and_named(aws: Aws, tmp_path: Path, bug: str) -> None:
    """By the scenarios of the clause that it breaks."""
    clause, *words = FOUND[bug]
    with deployed(aws, bug, tmp_path, OTHER_CRM_BUG=bug) as crm:
        ended = behave(crm, tmp_path, f"--tags={clause}", "-D", "timeout=2")
    assert ended.code == 1
    assert [each.name for each in ended.shown if each.says(words)], ended.output
