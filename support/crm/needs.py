"""What scenarios may need that not every target and not every CRM can do."""

from collections.abc import Mapping

# The @needs-* tags of the features, and what each asks for.
NEEDS: Mapping[str, str] = {
    "needs-aws-answers": "a proxy of the suite's may stand between one process of the CRM and AWS",
    "needs-broken-routes": "the suite may break the way to a subscriber, and mend it",
    "needs-checkpoint": "the suite may delete what the publisher remembers",
    "needs-credentials": "a request can be made with another tenant's credential, or with none",
    "needs-deliveries": "the suite may put messages into the subscribers' queues",
    "needs-disabled-rules": "a rule that is disabled stops delivering",
    "needs-held-deliveries": "the suite may take the subscribers' targets off the bus for a while",
    "needs-own-subscriptions": "a tenant can have a subscription of its own",
    "needs-parked": "what a subscriber keeps for later can be read",
    "needs-pattern-taps": "every rule of the bus is the suite's to explain, and to copy",
    "needs-process-control": "the suite may end and start the CRM's processes",
    "needs-publishing": "the suite may put events on the CRM's bus",
    "needs-queue-policies": "a queue whose policy denies it gets nothing from the bus",
    "needs-rebuild": "what subscribers show of a tenant's stored events can be built anew",
    "needs-replay": "a tenant's stored events can be published again",
    "needs-set-aside": "what cannot be published is set aside, can be read, and given back",
}
