"""Taking down the taps that somebody put on a stack's bus, and did not live to take down.

A tap is a rule on the bus and a queue, both called STACK-tap-SOMETHING. A bus that has a rule which
is not the stack's cannot be deleted on AWS, and nobody would ever look at the queue again.
"""

from botocore.exceptions import ClientError

from support.reference_crm.aws import Aws, error_code

GONE = ("ResourceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue")


def delete_taps(aws: Aws, stack_name: str) -> None:
    """Delete every tap of a stack; nothing happens if there is none, or no stack any more."""
    prefix = f"{stack_name}-tap-"
    for delete in (_delete_rules, _delete_queues):
        try:
            delete(aws, stack_name, prefix)
        except ClientError as error:
            if error_code(error) not in GONE:
                raise


def _delete_rules(aws: Aws, stack_name: str, prefix: str) -> None:
    events, bus = aws.events(), f"{stack_name}-bus"
    for rule in events.list_rules(EventBusName=bus, NamePrefix=prefix)["Rules"]:
        targets = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus)["Targets"]
        if ids := [target["Id"] for target in targets]:
            events.remove_targets(Rule=rule["Name"], EventBusName=bus, Ids=ids)
        events.delete_rule(Name=rule["Name"], EventBusName=bus)


def _delete_queues(aws: Aws, _stack_name: str, prefix: str) -> None:
    sqs = aws.sqs()
    for url in sqs.list_queues(QueueNamePrefix=prefix).get("QueueUrls", []):
        sqs.delete_queue(QueueUrl=url)
