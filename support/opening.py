"""Putting up all that a run needs, and taking it down again."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager

from support.assembly import Site, assemble
from support.crm.checked import CheckedCrm
from support.crm.http import HttpCrm
from support.crm.own import own_driver
from support.crm.port import CommandRefused, CrmPort
from support.crm.spoken import unspoken
from support.crm.trying import try_readings
from support.errors import ConfigurationError, CrmTrouble, NoAnswer
from support.guest import close_tenants, misnamed
from support.judging.again import READINESS
from support.observing.journal import Entry, Journal
from support.run import READY_PATIENCE_S, Run
from support.settings import LOCALSTACK_URL, Settings
from support.targets.aws import Aws
from support.targets.embedded import start_emulator
from support.targets.leases import lease_of
from support.targets.leftovers import Footprint, Tell, leaving_nothing
from support.targets.preflight import require_endpoint, require_localstack
from support.targets.reference import ReferenceCrm, start_reference_crm
from support.targets.tenure import require_unused, sweep_before

log = logging.getLogger(__name__)


@contextmanager
def open_run(settings: Settings, tell: Tell = log.info) -> Iterator[Run]:
    """Start or find everything that the settings name; take all of it down again at the end.

    `tell` gets in sentences what dead runs had left, and that this one has left nothing.
    Raises ConfigurationError with one sentence where something is missing, and LeftBehind at the
    end with the names of what is left.
    """
    with ExitStack() as cleanup:
        journal = cleanup.enter_context(_journal(settings))
        journal.add(Entry.SETTINGS, settings.echo())
        cleanup.enter_context(_on_record(journal))
        footprint = cleanup.enter_context(leaving_nothing(settings.run_id, tell))
        aws = Aws(_endpoint(settings, footprint, cleanup), settings.region)
        tags = lease_of(settings.run_id, settings.lease).tags
        reference, crm = _crm(settings, aws, tags, footprint, cleanup)
        with _explaining(settings):
            run = assemble(Site(settings, aws, reference, crm, journal, tags, footprint), cleanup)
            run.footprint = footprint
            cleanup.callback(close_tenants, crm, run.books.scenario_of)
            run.canary = run.open_tenant("canary", READINESS)
            if settings.crm is not None:
                crm.cannot = {**misnamed(crm, run.witness.subscribers), **crm.cannot}
            if settings.crm_url is not None:
                missing = unspoken(crm, run.canary, run.witness.subscribers)
                crm.cannot = {**crm.cannot, **missing}
            run.fences.canary(run.canary, READY_PATIENCE_S)
            if settings.crm is not None:
                lead = run.fences.sent[-1].command.entity_id
                try_readings(crm, run.canary, lead, run.witness.subscribers)
            run.latencies.forget()
        yield run


def _journal(settings: Settings) -> Journal:
    try:
        return Journal(settings.reports / "journal.jsonl", continued=settings.keep_results)
    except OSError as error:
        raise ConfigurationError(
            f"nothing can be written to -D reports={settings.reports}: {error}; name a folder"
        ) from error


@contextmanager
def _on_record(journal: Journal) -> Iterator[None]:
    """Keep in the journal, too, what ends a run as a whole, such as what it leaves behind."""
    try:
        yield
    except Exception as error:
        if not journal.trouble:
            journal.begin(None)
            journal.add(Entry.OUTCOME, {"status": "error", "error": str(error)})
        raise


@contextmanager
def _explaining(settings: Settings) -> Iterator[None]:
    """Say what to do about a CRM that does not let the suite in."""
    try:
        yield
    except CommandRefused as refusal:
        token = (
            "give its operator token with -D operator_token=... or ACCEPTANCE_OPERATOR_TOKEN"
            if settings.has_http_crm
            else f"give the driver {settings.crm} what it needs to be let in"
        )
        raise ConfigurationError(
            f"the CRM lets the suite open no tenant ({refusal}): {token}"
        ) from refusal
    except CrmTrouble as trouble:
        raise ConfigurationError(f"{trouble}; {_hint(settings, trouble)}") from trouble


def _hint(settings: Settings, trouble: CrmTrouble) -> str:
    if settings.crm is None:
        return "see crm.log"
    if settings.has_http_crm:
        return f"is it running at -D crm={settings.crm}?"
    is_running = "is the CRM running? " if isinstance(trouble, NoAnswer) else ""
    return f"{is_running}what a driver must do is in support/crm/GUIDE.md"


def _endpoint(settings: Settings, footprint: Footprint, cleanup: ExitStack) -> str | None:
    if settings.target == "embedded":
        emulator, url = start_emulator(settings.reports / "emulator.log")
        footprint.started(emulator, url)
        cleanup.callback(emulator.stop)
        return url
    aws = Aws(settings.endpoint_url, settings.region)
    if settings.target == "localstack":
        require_localstack(LOCALSTACK_URL)
    require_endpoint(aws)
    sweep_before(aws, footprint.tell)
    require_unused(aws, settings.run_id)
    footprint.aws = aws
    return settings.endpoint_url


def _crm(
    settings: Settings,
    aws: Aws,
    tags: Mapping[str, str],
    footprint: Footprint,
    cleanup: ExitStack,
) -> tuple[ReferenceCrm | None, CrmPort]:
    token = settings.operator_token.get_secret_value()
    if settings.crm is None:
        reference = start_reference_crm(settings, aws, settings.reports / "crm.log", tags)
        footprint.started(reference.child, reference.url)
        cleanup.callback(reference.child.stop)
        return reference, cleanup.enter_context(closing(HttpCrm(reference.url, token)))
    if settings.crm_url is not None:
        driver = CheckedCrm(HttpCrm(settings.crm_url, token, renewing=True), settings.crm_url, {})
        return None, cleanup.enter_context(closing(driver))
    return None, cleanup.enter_context(closing(own_driver(settings.crm)))
