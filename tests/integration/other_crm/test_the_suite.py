"""The suite against a CRM that shares nothing with the reference CRM but the published contract."""

from pathlib import Path

from tests.integration.other_crm.trial import Deployed, behave

# The most telling scenarios, and one feature of each chapter, or its most telling clauses.
TAGS = "@smoke or @prd-1.4.1 or @prd-1.4.3 or @prd-1.4.6 or @prd-2.7.8 or @prd-3.1 or @prd-4.8"
REASONS = {
    "needs-credentials: a session is its tenant's: no request can name another's",
    "needs-own-subscriptions: the driver has no unsubscribe",
    "needs-publishing: the suite puts nothing on the bus of a deployed CRM",
}


def test_what_it_can_do_is_proved_and_what_it_cannot_is_skipped(
    crm: Deployed, tmp_path: Path
) -> None:
    """Its sessions end meanwhile; afterwards its bus is as it was before."""
    before = crm.standing()
    ended = behave(crm, tmp_path, f"--tags={TAGS}")
    assert ended.code == 0, ended.output
    assert not [each for each in ended.shown if each.is_red]
    assert len(ended.called("passed")) > 25
    assert {each.told for each in ended.called("skipped")} == REASONS
    assert "its driver does not close tenants" in ended.output
    assert crm.standing() == before
