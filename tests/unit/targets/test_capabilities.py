"""What is known of the pinned targets is known of these versions, and of no other."""

from pathlib import Path

import pytest

from support.crm.needs import NEEDS
from support.targets.capabilities import EMBEDDED, LOCALSTACK, PINNED, Pinned, known, pinned


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("embedded", EMBEDDED),
        ("localstack", LOCALSTACK),
        ("aws", None),
        ("http://127.0.0.1:4566", None),
    ],
)
def test_only_the_local_targets_are_known(target: str, found: Pinned | None) -> None:
    """Whatever answers at a URL may be anything."""
    assert pinned(target) == found
    assert known(target) == ({need: found.lacks.get(need) for need in NEEDS} if found else {})


def test_another_version_of_the_emulator_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have learned something, or forgotten it."""
    monkeypatch.setattr("support.targets.capabilities.version", lambda _: "1.4.21")
    assert (pinned("embedded"), pinned("localstack")) == (None, LOCALSTACK)


def test_the_emulator_that_is_known_is_the_one_that_is_installed() -> None:
    """Raise one, and the table has to be proved again."""
    assert f"\nministack=={EMBEDDED.version}\n" in Path("requirements.in").read_text("utf-8")
    compose = Path("docker-compose.yml").read_text("utf-8")
    assert f":{LOCALSTACK.version}" in compose


def test_what_is_lacking_is_a_need() -> None:
    """A slip would be lost in the table."""
    assert [need for each in PINNED for need in each.lacks if need not in NEEDS] == []
