"""Taking down what was added to a stack's bus while it served, and nobody took down.

That is taps, which somebody put there who did not live to take them down, and the tenants' own
subscriptions: rules on the bus and queues, both called STACK-tap-SOMETHING or STACK-own-SOMETHING.
A bus that has a rule which is not the stack's cannot be deleted on AWS, and nobody would ever look
at the queues again.
"""

from botocore.exceptions import ClientError

from support.reference_crm.aws import Aws, error_code

GONE = (
    "ResourceNotFoundException",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
)
TAP, OWN = "tap", "own"
ADDED = (TAP, OWN)
PAGE = 1000  # without a size of its pages SQS gives the first thousand only


def delete_added(aws: Aws, stack_name: str) -> None:
    """Delete every tap and own subscription of a stack, also of one that is gone already."""
    for kind in ADDED:
        for delete in (_delete_rules, _delete_queues):
            try:
                delete(aws, stack_name, f"{stack_name}-{kind}-")
            except ClientError as error:
                if error_code(error) not in GONE:
                    raise


def _delete_rules(aws: Aws, stack_name: str, prefix: str) -> None:
    events, bus = aws.events(), f"{stack_name}-bus"
    pages = events.get_paginator("list_rules").paginate(EventBusName=bus, NamePrefix=prefix)
    for rule in [rule["Name"] for page in pages for rule in page["Rules"]]:
        targets = events.list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]
        if ids := [target["Id"] for target in targets]:
            events.remove_targets(Rule=rule, EventBusName=bus, Ids=ids)
        events.delete_rule(Name=rule, EventBusName=bus)


def _delete_queues(aws: Aws, _stack_name: str, prefix: str) -> None:
    sqs = aws.sqs()
    pages = sqs.get_paginator("list_queues").paginate(
        QueueNamePrefix=prefix, PaginationConfig={"PageSize": PAGE}
    )
    for url in [url for page in pages for url in page.get("QueueUrls", [])]:
        sqs.delete_queue(QueueUrl=url)
