"""What a run can be told: by `-D name=value` on behave's command line, or by the environment."""

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from support.errors import ConfigurationError

ENVIRONMENT_PREFIX = "ACCEPTANCE_"
# The reference CRM's own variable: who puts a proxy before it need not learn a second name.
CRM_ENDPOINT = "CRM_AWS_ENDPOINT_URL"
LOCALSTACK_URL = "http://127.0.0.1:4566"
CLASS = re.compile(r"\w+(\.\w+)*:\w+")
TARGETS = "embedded, localstack, aws, or a URL such as http://127.0.0.1:4566"


class Settings(BaseModel):
    """Hold the settings of one run; times are in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: str = Field("embedded", description=f"what to run against: {TARGETS}")
    seed: int = Field(
        default_factory=lambda: secrets.randbelow(2**31),
        ge=0,
        description="repeats a run's values",
    )
    run_id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{4,12}$")] = Field(
        default_factory=lambda: secrets.token_hex(3),
        description="marks everything that the run creates (4-12 of a-z, 0-9)",
    )
    timeout: float = Field(
        20.0, gt=0, le=900, description="how long a scenario waits for what it expects"
    )
    objective: float = Field(
        5.0, gt=0, description="the delivery objective: 95 % of a run's events have to keep it"
    )
    latest: float | None = Field(
        None, gt=0, description="the most that any single event may take (default: the objective)"
    )
    lease: float = Field(
        7200.0,
        ge=1,
        description="how long what a run creates is left alone if the run dies (it is renewed)",
    )
    region: str = Field("us-east-1", description="the AWS region")
    crm: str | None = Field(
        None, description="a CRM of your own: its URL, or package.module:Class of a CrmPort"
    )
    stack: str | None = Field(
        None, description="the CloudFormation stack of that CRM (its bus, rules and queues)"
    )
    operator_token: SecretStr = Field(
        default_factory=lambda: SecretStr(secrets.token_hex(16)),
        description="lets the suite open tenants at the CRM",
    )
    crm_endpoint: str | None = Field(
        None, description="where the reference CRM finds AWS, such as a proxy (default: the target)"
    )
    crm_program: str = Field(
        "support.reference_crm",
        pattern=r"^\w+(\.\w+)*$",
        description="the module that is started as the reference CRM",
    )
    reports: Path = Field(Path("reports"), description="the only folder that a run writes to")
    keep_results: bool = Field(
        default=False,
        description="add to the results of an earlier process of the same run: `JOBS=` says it",
    )
    job: int | None = Field(
        None, ge=1, description="which process of a run this is: `JOBS=` says it"
    )

    @model_validator(mode="after")
    def _values_fit(self) -> Self:
        if self.target not in ("embedded", "localstack", "aws") and not (
            _is_url(self.target) and re.fullmatch(r"\w+://[^/]+", self.target)
        ):
            raise ValueError(f"unknown target {self.target!r}; use {TARGETS}")
        if self.latest is not None and self.latest < self.objective:
            raise ValueError(
                f"latest cannot be {self.latest:g}, less than the objective of {self.objective:g}; "
                "it is the most that any single event may take"
            )
        if self.crm_endpoint is not None and not _is_url(self.crm_endpoint):
            raise ValueError(f"crm_endpoint cannot be {self.crm_endpoint!r}; give a URL")
        if self.crm is not None and not (_is_url(self.crm) or CLASS.fullmatch(self.crm)):
            raise ValueError(
                f"crm cannot be {self.crm!r}; give its URL, or package.module:Class of a CrmPort"
            )
        if self.crm is not None and self.stack is None:
            raise ValueError("crm needs stack: name the stack of your CRM with -D stack=NAME")
        if self.stack is not None and self.crm is None:
            raise ValueError("stack needs crm: give your CRM's URL or class with -D crm=...")
        if self.crm is not None and self.target == "embedded":
            raise ValueError("a CRM of your own needs -D target=localstack, aws or a URL")
        return self

    @property
    def endpoint_url(self) -> str | None:
        """Return the AWS endpoint, or None: AWS itself, or an emulator yet to be started."""
        if self.target in ("aws", "embedded"):
            return None
        return LOCALSTACK_URL if self.target == "localstack" else self.target

    @property
    def crm_url(self) -> str | None:
        """Return the URL of the user's CRM, or None: the suite's own one, or a class to import."""
        return self.crm if self.crm is not None and _is_url(self.crm) else None

    @property
    def has_http_crm(self) -> bool:
        """Return whether the CRM under test speaks the published HTTP contract."""
        return self.crm is None or self.crm_url is not None

    @property
    def longest_journey(self) -> float:
        """Return the most seconds that any single event may take."""
        return self.objective if self.latest is None else self.latest

    @property
    def stack_name(self) -> str:
        """Return the name of the stack under test."""
        return self.stack or f"crm-{self.run_id}"

    def echo(self) -> dict[str, str]:
        """Return every setting as text, secrets hidden."""
        return {name: str(value) for name, value in self if value is not None}

    def repeat(self) -> dict[str, str]:
        """Return the settings that a command needs to repeat this run: those that are not usual."""
        usual = {name: field.default for name, field in type(self).model_fields.items()}
        told = self.echo()
        return {
            name: told[name]
            for name in REPEATED
            if name in told and (name == "target" or getattr(self, name) != usual[name])
        }


# What two runs may differ in without differing in a verdict, or must not share.
_OWN = {"run_id", "operator_token", "reports", "keep_results", "job", "lease", "seed"}
REPEATED = ("seed", *(name for name in Settings.model_fields if name not in _OWN))


def _is_url(text: str) -> bool:
    """Say whether it is the URL of a web server."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    whole = bool(parts.hostname) and port != 0 and not re.search(r"\s", text)
    return whole and parts.scheme in ("http", "https")


def load_settings(userdata: Mapping[str, str], environ: Mapping[str, str]) -> Settings:
    """Read the settings; `-D` wins over the environment (ACCEPTANCE_SEED for seed, and so on).

    Raises ConfigurationError with one sentence for a name that is unknown, in either of them, or
    a value that does not fit.
    """
    variables = {ENVIRONMENT_PREFIX + name.upper(): name for name in Settings.model_fields}
    ours = {name for name in environ if name.startswith(ENVIRONMENT_PREFIX)}
    if unknown := sorted(set(userdata) - set(Settings.model_fields)):
        raise ConfigurationError(
            f"unknown setting -D {unknown[0]}; known are {', '.join(Settings.model_fields)}"
        )
    if unknown := sorted(ours - set(variables)):
        raise ConfigurationError(
            f"unknown variable {unknown[0]}: unset it; known are {', '.join(variables)}"
        )
    from_environment = {variables[each]: environ[each] for each in ours}
    if endpoint := environ.get(CRM_ENDPOINT):
        from_environment.setdefault("crm_endpoint", endpoint)
    try:
        return Settings.model_validate({**from_environment, **userdata})
    except ValidationError as error:
        first = error.errors()[0]
        said = first["msg"].removeprefix("Value error, ").partition(", unable to")[0]
        if first["loc"]:
            name = str(first["loc"][0])
            said = said.replace("Input should", "it should").replace("String should", "it should")
            purpose = Settings.model_fields[name].description
            said = f"-D {name} cannot be {first['input']!r}: {said} ({purpose})"
        raise ConfigurationError(said) from error
