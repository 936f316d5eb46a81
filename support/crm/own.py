"""Finding a driver of the user's own: a class that does what `CrmPort` says."""

import importlib
from collections.abc import Callable, Mapping

from support.crm.checked import CheckedCrm
from support.crm.needs import NEEDS
from support.crm.port import CrmBasics, CrmPort
from support.errors import ConfigurationError


def _methods(port: type) -> tuple[str, ...]:
    named = vars(port).items()
    return tuple(name for name, value in named if callable(value) and not name.startswith("_"))


METHODS = _methods(CrmBasics)
# What a driver may leave out, and the need that cannot be met then.
OPTIONAL: Mapping[str, str] = {
    "parked": "needs-parked",
    "set_aside": "needs-set-aside",
    "subscribe": "needs-own-subscriptions",
    "unsubscribe": "needs-own-subscriptions",
    "with_credential_of": "needs-credentials",
}
# What only some drivers offer, beside what a CrmPort has: see `CrmOperator`.
OFFERED: Mapping[str, str] = {
    "replay": "needs-replay",
    "rebuild": "needs-rebuild",
    "redrive": "needs-set-aside",
    "roles": "needs-process-control",
    "kill": "needs-process-control",
    "runs": "needs-process-control",
    "start": "needs-process-control",
    "stop": "needs-process-control",
}


def not_offered(crm: object) -> Mapping[str, str]:
    """Say which needs cannot be met because a driver does not offer something, and why."""
    lacking = _lacking(OFFERED, lambda name: getattr(crm, name, None) is not None)
    return {
        need: f"the driver of the CRM has no {names} (see CrmOperator)"
        for need, names in lacking.items()
    }


def own_driver(path: str) -> CheckedCrm:
    """Import a class by package.module:Class and make one, which is held to what the port says.

    Raises ConfigurationError if there is none, if it cannot be made, or if it is no CrmPort.
    """
    driver = _made(path, _imported(path))
    if missing := [each for each in METHODS if not callable(getattr(driver, each, None))]:
        raise ConfigurationError(
            f"-D crm={path} is no CrmPort (see support/crm/port.py): it lacks {', '.join(missing)}"
        )
    cannot = getattr(driver, "cannot", None)
    if not isinstance(cannot, Mapping):
        raise ConfigurationError(
            f"-D crm={path} is no CrmPort: its `cannot` is no mapping from a need to a reason"
        )
    if unknown := sorted(map(str, set(cannot) - set(NEEDS))):
        raise ConfigurationError(
            f"-D crm={path} cannot do {unknown[0]!r}, which no scenario needs; "
            f"the needs are {', '.join(sorted(NEEDS))}"
        )
    return CheckedCrm(driver, path, {**_left_out(driver), **cannot})


def _imported(path: str) -> Callable[[], CrmPort]:
    module, _, name = path.partition(":")
    try:
        kind: Callable[[], CrmPort] = getattr(importlib.import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as error:
        raise ConfigurationError(
            f"-D crm={path} names no class that can be imported: {error}; use package.module:Class"
        ) from error
    except Exception as error:  # whatever a user's module does while it is imported
        raise ConfigurationError(
            f"-D crm={path} could not be imported: {_said(error)}; see that "
            f"`python -c 'import {module}'` works"
        ) from error
    return kind


def _made(path: str, kind: Callable[[], CrmPort]) -> CrmPort:
    try:
        return kind()
    except TypeError as error:
        raise ConfigurationError(
            f"-D crm={path} is no class that can be made without arguments: {error}"
        ) from error
    except Exception as error:  # whatever a user's class does while it is made
        raise ConfigurationError(
            f"-D crm={path} could not be made: {_said(error)}; see that it finds "
            "what it needs, such as its own variables of the environment"
        ) from error


def _said(error: Exception) -> str:
    """Return what an error says, on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def _left_out(driver: CrmPort) -> dict[str, str]:
    lacking = _lacking(OPTIONAL, lambda name: callable(getattr(driver, name, None)))
    return {need: f"the driver has no {names}" for need, names in lacking.items()}


def _lacking(wanted: Mapping[str, str], has: Callable[[str], bool]) -> Mapping[str, str]:
    """Return for each need, in words, the methods that are not there."""
    lacking: dict[str, list[str]] = {}
    for name, need in wanted.items():
        if not has(name):
            lacking.setdefault(need, []).append(name)
    return {need: " or ".join(filter(None, _but_last(names))) for need, names in lacking.items()}


def _but_last(names: list[str]) -> tuple[str, str]:
    return ", ".join(names[:-1]), names[-1]
