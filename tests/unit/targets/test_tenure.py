"""Nobody's things are removed for their name: a run begins only if nothing has its own."""

from collections.abc import Sequence

import pytest
from botocore.exceptions import ReadTimeoutError

from support.errors import ConfigurationError
from support.targets.aws import Aws
from support.targets.leases import Kind, Thing
from support.targets.tenure import require_unused
from tests.support.still_stack import refusal

AWS = Aws(None, "eu-west-1")
PROD = Thing(Kind.STACK, "crm-prod", "prod")
THROTTLED = refusal("ThrottlingException")
SILENT = ReadTimeoutError(endpoint_url="https://aws")


def _let_find(monkeypatch: pytest.MonkeyPatch, *answers: Exception | Sequence[Thing]) -> None:
    """Let whoever looks find this, one answer after the other, and the last for ever."""
    left = [*answers]

    def find(*_: object) -> Sequence[Thing]:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("support.targets.tenure.find", find)
    monkeypatch.setattr("support.targets.tenure.PATIENCE_S", 0.3)


@pytest.mark.parametrize("first", [THROTTLED, SILENT, [PROD]])
def test_what_has_the_runs_name_is_found_though_the_first_look_was_in_vain(
    monkeypatch: pytest.MonkeyPatch, first: Exception | Sequence[Thing]
) -> None:
    """Or the run would remove it at its end."""
    _let_find(monkeypatch, first, [PROD])
    with pytest.raises(ConfigurationError) as mistake:
        require_unused(AWS, "prod")
    assert str(mistake.value) == (
        "stack crm-prod at AWS in eu-west-1 is called as if it were of run prod: name another one "
        "with -D run_id=..., or remove it with "
        "`python -m support sweep --target aws --region eu-west-1 --run prod`"
    )


@pytest.mark.parametrize("error", [THROTTLED, SILENT, refusal("InternalFailure")])
def test_where_nobody_can_tell_no_run_begins(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """What cannot be seen now may be seen, and removed, at the end."""
    _let_find(monkeypatch, error)
    with pytest.raises(ConfigurationError) as mistake:
        require_unused(AWS, "prod")
    assert str(mistake.value) == (
        "AWS in eu-west-1 does not tell whether anything there is called as if it were of run "
        f"prod, and would be removed at its end ({error}): try again in a moment"
    )


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException"])
def test_who_may_not_look_is_not_kept_from_running(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """The same look removes nothing at the end."""
    _let_find(monkeypatch, refusal(code))
    require_unused(AWS, "prod")


def test_a_name_that_nothing_has_may_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a look in vain, too."""
    _let_find(monkeypatch, THROTTLED, [])
    require_unused(AWS, "prod")
