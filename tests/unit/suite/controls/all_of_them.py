"""The controls of all Then sentences: one module for each file of steps."""

from tests.unit.suite.controls import answers, events, own_subscriptions, reading, times

CONTROLS = [
    *answers.CONTROLS,
    *events.CONTROLS,
    *own_subscriptions.CONTROLS,
    *reading.CONTROLS,
    *times.CONTROLS,
]
