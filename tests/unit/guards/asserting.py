"""How the guards fail: every finding on a line of its own."""

from collections.abc import Iterable

from support.reporting.findings import Finding


def assert_none(findings: Iterable[Finding]) -> None:
    """Fail with all findings, if there are any."""
    lines = [f"\n  {finding}" for finding in findings]
    assert not lines, f"{len(lines)} to put right:{''.join(lines)}"
