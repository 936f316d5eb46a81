"""Sending one batch: what passes is tried again, what is refused for good is told apart."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from support.reference_crm.aws import TRANSIENT_CODES, error_code, is_transient
from support.reference_crm.outgoing import Outgoing

TRIES = 3
TOO_LARGE = "413"
# Trouble of the bus or of who calls it, not of an event: somebody will put it right.
ENVIRONMENT_CODES = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccountIdException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "OperationDisabledException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "ResourceNotFoundException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
FINAL_CODES = frozenset(
    {
        "InvalidArgument",
        "MalformedDetail",
        "NotAuthorizedForDetailTypeException",
        "NotAuthorizedForSource",
        "NotAuthorizedForSourceException",
        "ParamValidationError",
        "RedactionFailure",
        TOO_LARGE,
        "ValidationError",
        "ValidationException",
    }
)


class Grade(Enum):
    """Tell what a refusal means."""

    PASSING = auto()
    UNKNOWN = auto()
    FINAL = auto()


@dataclass(frozen=True)
class Said:
    """Hold how the bus refused something: a code, and perhaps a message."""

    code: str
    message: str
    grade: Grade

    @property
    def reason(self) -> str:
        """Return a sentence that names code and message."""
        message = f" ({self.message.rstrip('.')})" if self.message else ""
        return f"The bus refused it: {self.code}{message}."


@dataclass(frozen=True)
class Refused:
    """Hold an event that the bus refused for good, and the reason as a sentence."""

    event: Outgoing
    reason: str


class Unfinished(Exception):
    """Say which codes the bus refused for now with."""


# Send some events; return for each how it was refused, None for one that was taken.
Put: TypeAlias = Callable[[Sequence[Outgoing]], Sequence[Said | None]]


class Sending:
    """Send a batch, which has one event of an entity, again and again until nothing is left."""

    def __init__(self, put: Put, batch: Sequence[Outgoing]) -> None:
        self._put = put
        self._parcels = deque([list(batch)])
        self._tries: Counter[Outgoing] = Counter()
        self.refused: list[Refused] = []

    def go_on(self) -> None:
        """Send until nothing is left; raise Unfinished as soon as the bus asks for a pause."""
        while self._parcels:
            codes = self._send(self._parcels.popleft())
            if codes:
                raise Unfinished(", ".join(sorted(codes)))

    def _send(self, parcel: list[Outgoing]) -> set[str]:
        try:
            answers = self._put(parcel)
        except (ClientError, BotoCoreError) as error:
            return self._refused_whole(parcel, said_of_call(error))
        return self._refused_singly(list(zip(parcel, answers, strict=True)))

    def _refused_whole(self, parcel: list[Outgoing], said: Said) -> set[str]:
        """Find out who is to blame for the refusal of a call: send its events one by one."""
        if len(parcel) > 1 and self._is_final(parcel[0], said):
            self._tries.clear()
            self._parcels.extend([event] for event in parcel)
            return set()
        if len(parcel) == 1:
            return self._refused_singly([(parcel[0], said)])
        self._parcels.append(parcel)
        return {said.code}

    def _refused_singly(self, answers: Sequence[tuple[Outgoing, Said | None]]) -> set[str]:
        again, codes = list[Outgoing](), set[str]()
        for event, said in answers:
            if said is None:
                continue
            if self._is_final(event, said):
                self.refused.append(Refused(event, said.reason))
            else:
                again.append(event)
                codes.add(said.code)
        if again:
            self._parcels.append(again)
        return codes

    def _is_final(self, event: Outgoing, said: Said) -> bool:
        self._tries[event] += said.grade is Grade.UNKNOWN
        return said.grade is Grade.FINAL or self._tries[event] >= TRIES


def said_of_entry(code: str, message: str) -> Said:
    """Return how one entry of a call was refused."""
    return Said(code, message, _grade(code))


def said_of_call(error: ClientError | BotoCoreError) -> Said:
    """Return how a whole call was refused, or failed before there was an answer."""
    code = error_code(error)
    if isinstance(error, ClientError):
        grade = Grade.PASSING if is_transient(error) else _grade(code)
        return Said(code, error.response["Error"].get("Message", ""), grade)
    # Before an answer, only what cannot even be sent says something of the event.
    is_final = isinstance(error, ParamValidationError)
    return Said(code, " ".join(str(error).split()), Grade.FINAL if is_final else Grade.PASSING)


def _grade(code: str) -> Grade:
    if code in TRANSIENT_CODES or code in ENVIRONMENT_CODES or _is_of_no_bus(code):
        return Grade.PASSING
    return Grade.FINAL if code in FINAL_CODES else Grade.UNKNOWN


def _is_of_no_bus(code: str) -> bool:
    # A bare status is the answer of something in between, which cannot judge an event but by size.
    return code.isdigit() and code != TOO_LARGE
