"""The controls of all Then sentences: a module for each file of steps, one for the audits."""

from tests.unit.suite.controls import (
    answers,
    audits,
    deliveries,
    events,
    own_subscriptions,
    reading,
    shortfalls,
    times,
)

CONTROLS = [
    *answers.CONTROLS,
    *events.CONTROLS,
    *audits.CONTROLS,
    *deliveries.CONTROLS,
    *own_subscriptions.CONTROLS,
    *reading.CONTROLS,
    *shortfalls.CONTROLS,
    *times.CONTROLS,
]
