"""The rules about imports name every part of the suite: one that they forget is not bound."""

import tomllib
from pathlib import Path
from typing import Any

SUPPORT = Path("support")
PROGRAMS = {"__init__", "__main__", "reference_crm"}
NEAR_AWS = {"faults", "observing", "targets"}


def _contract(name: str) -> dict[str, Any]:
    rules = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (found,) = (each for each in rules["contracts"] if each["name"].startswith(name))
    contract: dict[str, Any] = found
    return contract


def _parts() -> set[str]:
    modules = {each.stem for each in SUPPORT.glob("*.py")}
    packages = {each.parent.name for each in SUPPORT.glob("*/__init__.py")}
    return {f"support.{each}" for each in (modules | packages) - PROGRAMS}


def test_the_crm_under_test_may_import_no_part_of_the_suite() -> None:
    """A new part has to be named."""
    assert set(_contract("The CRM under test knows nothing")["forbidden_modules"]) == _parts()


def test_only_some_parts_may_touch_the_aws_api() -> None:
    """A new part may not, unless it is one of them."""
    kept_away = set(_contract("Only observing, faults, targets")["source_modules"])
    assert kept_away == _parts() - {f"support.{each}" for each in NEAR_AWS}
