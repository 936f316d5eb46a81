"""Looking for what runs have created at an endpoint: whole lists, page by page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from support.observing.rules import rules_of, targets_of
from support.targets.aws import Aws
from support.targets.leases import FAMILIES, LENT, OURS, Kind, Lease, Tags, Thing

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackTypeDef
    from types_boto3_events.type_defs import RuleTypeDef

PAGE = 1000  # without a size of its pages SQS gives the first thousand only
DELETED = "DELETE_COMPLETE"
NOT_FOUND = ("ResourceNotFoundException", "QueueDoesNotExist")
Named = Mapping[str, Any]


def find(aws: Aws, run_id: str | None = None) -> list[Thing]:
    """Return all that is any run's, with the leases that stacks' tags tell.

    What is called like something beside a deployed CRM is there only if its own tags say so. Of
    one run, its rules' targets and its tables' streams are there, too: a call for each.
    """
    found = [
        thing
        for find_some in (_stacks, _tables, _buses, _archives, _queues)
        for thing in find_some(aws)
    ]
    rules = [rule for bus in _all_buses(aws) for rule in _rules(aws, bus["Name"], run_id)]
    found += rules
    if run_id is None:
        return found
    found += [target for rule in rules for target in _targets(aws, rule)]
    found += _streams(aws, run_id)
    return [each for each in found if each.run_id == run_id]


def with_lease(aws: Aws, thing: Thing) -> Thing:
    """Return the thing with the lease that its own tags tell, if any."""
    return replace(thing, lease=thing.lease or Lease.read(_tags(aws, thing)))


def _stacks(aws: Aws) -> Iterator[Thing]:
    """Return stacks; a deleted one, of which emulators go on telling, is none any more."""
    for page in aws.cloudformation.get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            match = OURS.fullmatch(stack["StackName"])
            if match and stack["StackStatus"] != DELETED:
                lease = Lease.read(_stack_tags(stack))
                yield Thing(Kind.STACK, stack["StackName"], match["run"], lease=lease)


def _stack_tags(stack: "StackTypeDef") -> Tags:
    return {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}


def _tables(aws: Aws) -> Iterator[Thing]:
    for page in aws.dynamodb.get_paginator("list_tables").paginate():
        for name in page["TableNames"]:
            yield from _ours(aws, Kind.TABLE, name)


def _streams(aws: Aws, run_id: str) -> Iterator[Thing]:
    """Return streams in use; a deleted table's is kept for a day, and nobody can remove it."""
    call, last = aws.streams.list_streams, "LastEvaluatedStreamArn"
    for each in _pages(call, "Streams", "ExclusiveStartStreamArn", last):
        for stream in _ours(aws, Kind.STREAM, each["TableName"], each["StreamArn"]):
            if stream.run_id == run_id and _is_in_use(aws, each["StreamArn"]):
                yield stream


def _is_in_use(aws: Aws, stream: str) -> bool:
    try:
        answer = aws.streams.describe_stream(StreamArn=stream, Limit=1)
    except ClientError as error:
        if error.response["Error"]["Code"] in NOT_FOUND:
            return False
        raise
    return answer["StreamDescription"].get("StreamStatus") != "DISABLED"


def _buses(aws: Aws) -> Iterator[Thing]:
    for bus in _all_buses(aws):
        yield from _ours(aws, Kind.BUS, bus["Name"], bus["Arn"])


def _all_buses(aws: Aws) -> list[Named]:
    return list(_pages(aws.events.list_event_buses, "EventBuses", "NextToken", "NextToken"))


def _archives(aws: Aws) -> Iterator[Thing]:
    call = partial(aws.events.list_archives, NamePrefix=FAMILIES[0])
    for archive in _pages(call, "Archives", "NextToken", "NextToken"):
        yield from _ours(aws, Kind.ARCHIVE, archive["ArchiveName"])


def _queues(aws: Aws) -> Iterator[Thing]:
    paginator = aws.sqs.get_paginator("list_queues")
    for family in FAMILIES:
        for page in paginator.paginate(QueueNamePrefix=family, PaginationConfig={"PageSize": PAGE}):
            for url in page.get("QueueUrls", []):
                yield from _ours(aws, Kind.QUEUE, url.rsplit("/", 1)[-1], url)


def _rules(aws: Aws, bus: str, run_id: str | None) -> Iterator[Thing]:
    """Return the rules of a run's bus, and on any other those that are a run's by their tags."""
    match = OURS.fullmatch(bus)
    if match and run_id not in (None, match["run"]):
        return
    for rule in _all_rules(aws, bus):
        if match:
            yield Thing(Kind.RULE, rule["Name"], match["run"], rule["Arn"], bus)
        elif LENT.fullmatch(rule["Name"]):
            yield from _ours(aws, Kind.RULE, rule["Name"], rule["Arn"], bus)


def _all_rules(aws: Aws, bus: str) -> "list[RuleTypeDef]":
    """Return the rules of a bus; one that another run has removed meanwhile has none."""
    try:
        return rules_of(aws.events, bus)
    except ClientError as error:
        if error.response["Error"]["Code"] in NOT_FOUND:
            return []
        raise


def _targets(aws: Aws, rule: Thing) -> list[Thing]:
    try:
        targets = targets_of(aws.events, rule.bus, rule.name)
    except ClientError as error:
        if error.response["Error"]["Code"] in NOT_FOUND:
            return []
        raise
    return [Thing(Kind.TARGET, each["Id"], rule.run_id, rule.name, rule.bus) for each in targets]


def _ours(aws: Aws, kind: Kind, name: str, address: str = "", bus: str = "") -> Iterator[Thing]:
    """Return a thing if its name is a run's, and for a name that anybody may use, its tags too."""
    if match := OURS.fullmatch(name):
        yield Thing(kind, name, match["run"], address, bus)
    elif match := LENT.fullmatch(name):
        thing = with_lease(aws, Thing(kind, name, match["run"], address, bus))
        if thing.lease and thing.lease.run_id == thing.run_id:
            yield thing


def _tags(aws: Aws, thing: Thing) -> Tags:
    """Return a thing's tags; what is gone meanwhile, or has no tags, has none."""
    readers: Mapping[Kind, Callable[[], Tags]] = {
        Kind.QUEUE: lambda: aws.sqs.list_queue_tags(QueueUrl=thing.address).get("Tags", {}),
        Kind.BUS: lambda: _event_tags(aws, thing.address),
        Kind.RULE: lambda: _event_tags(aws, thing.address),
        Kind.TABLE: lambda: _table_tags(aws, thing.name),
    }
    try:
        return readers[thing.kind]() if thing.kind in readers else {}
    except ClientError:
        return {}


def _event_tags(aws: Aws, arn: str) -> Tags:
    tags = aws.events.list_tags_for_resource(ResourceARN=arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def _table_tags(aws: Aws, name: str) -> Tags:
    arn = aws.dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
    tags = aws.dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def _pages(call: Callable[..., Any], items: str, ask: str, told: str) -> Iterator[Named]:
    """Read a list for which botocore has no pages of its own."""
    page = call()
    yield from page[items]
    while token := page.get(told):
        page = call(**{ask: token})
        yield from page[items]


def described(things: Sequence[Thing]) -> str:
    """Name things in one line, each kind once, or say that there is nothing."""
    kinds = {kind: [each.name for each in things if each.kind is kind] for kind in Kind}
    return "; ".join(f"{kind} {', '.join(names)}" for kind, names in kinds.items() if names)
