"""Finding a driver of the user's own: a class that does what `CrmPort` says."""

import importlib
from collections.abc import Mapping
from typing import cast

from support.crm.port import CrmPort
from support.errors import ConfigurationError

METHODS = tuple(
    name for name, value in vars(CrmPort).items() if callable(value) and not name.startswith("_")
)
# What a CRM can be said to lack: the @needs-* tags of the features.
NEEDS = {
    "needs-broken-routes",
    "needs-aws-answers",
    "needs-checkpoint",
    "needs-credentials",
    "needs-deliveries",
    "needs-disabled-rules",
    "needs-held-deliveries",
    "needs-own-subscriptions",
    "needs-parked",
    "needs-pattern-taps",
    "needs-process-control",
    "needs-publishing",
    "needs-queue-policies",
    "needs-rebuild",
    "needs-replay",
    "needs-set-aside",
}
# What a driver need not have if it says that the CRM lacks it.
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
    "kill": "needs-process-control",
    "runs": "needs-process-control",
    "start": "needs-process-control",
    "stop": "needs-process-control",
}


def not_offered(crm: object) -> Mapping[str, str]:
    """Say which needs cannot be met because a driver lacks an optional method, and why."""
    return {
        need: f"the driver of the CRM has no method {name} (see CrmOperator)"
        for name, need in OFFERED.items()
        if not callable(getattr(crm, name, None))
    }


def own_driver(path: str) -> CrmPort:
    """Import a class by package.module:Class and make one.

    Raises ConfigurationError if there is none, or if it is no CrmPort.
    """
    module, _, name = path.partition(":")
    try:
        kind = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"-D crm={path} names no class that can be imported: {error}; use package.module:Class"
        ) from error
    try:
        driver = kind()
    except TypeError as error:
        raise ConfigurationError(
            f"-D crm={path} is no class that can be made without arguments: {error}"
        ) from error
    _check_methods(path, driver)
    _check_cannot(path, getattr(driver, "cannot", None))
    return cast(CrmPort, driver)


def _check_methods(path: str, driver: object) -> None:
    cannot = getattr(driver, "cannot", None)
    lacks = cannot if isinstance(cannot, Mapping) else {}
    asked = (each for each in METHODS if OPTIONAL.get(each) not in lacks)
    if missing := [each for each in asked if not callable(getattr(driver, each, None))]:
        raise ConfigurationError(
            f"-D crm={path} is no CrmPort (see support/crm/port.py): it lacks {', '.join(missing)}"
        )


def _check_cannot(path: str, cannot: object) -> None:
    if not isinstance(cannot, Mapping):
        raise ConfigurationError(
            f"-D crm={path} is no CrmPort: its `cannot` is no mapping from a need to a reason"
        )
    if unknown := sorted(map(str, set(cannot) - NEEDS)):
        raise ConfigurationError(
            f"-D crm={path} cannot do {unknown[0]!r}, which no scenario needs; "
            f"the needs are {', '.join(sorted(NEEDS))}"
        )
