"""The controls of the sentences about how long events took."""

from tests.support.fake_defects import Defect
from tests.unit.suite.controls.matrix import Control, Wrong
from tests.unit.suite.controls.stories import (
    BUS,
    CHANGED_TWICE,
    CLOSED,
    LEAKED,
    TENANT,
    VIEWS,
    audited,
)

IN_TIME = "{int} % of the events of {tenant} have reached every subscriber in time"
TIMES = "the report shows how long the events of {tenant} took:"

CONTROLS = [
    Control(
        IN_TIME,
        f"{CHANGED_TWICE}Then 95 % of the events of Acme have reached every subscriber in time",
        red={
            Wrong.MISSING: {Defect.DROPS: (BUS,), Defect.NOT_APPLIED: (VIEWS,)},
            Wrong.OTHER_TENANT: {Defect.OTHER_TENANT: (BUS, LEAKED, TENANT)},
            Wrong.LATE: {
                Defect.LATE: (BUS, TENANT),
                Defect.SLOW_BUS: (
                    "only 0 % of 2 events reached every subscriber within the delivery objective "
                    "of 5 s, and 95 % have to; the slowest hop is command to publication",
                    TENANT,
                ),
                Defect.SLOW_SUBSCRIBER: (
                    "only 0 % of 2 events",
                    "the slowest hop is publication to entity-views",
                ),
            },
        },
        closing=audited(
            Wrong.MISSING,
            Wrong.DUPLICATE,
            Wrong.OTHER_TENANT,
            Wrong.WRONG_VERSION,
            Wrong.MUTATED,
            Wrong.UNORDERED,
        ),
    ),
    Control(
        TIMES,
        f"""{CLOSED}Then the report shows how long the events of Acme took:
  | hop                            | events |
  | command to acceptance          | 1      |
  | command to publication         | 1      |
  | cause to effect                | 1      |
  | publication to each subscriber | 2      |
""",
        red={
            Wrong.MISSING: {
                Defect.DROPS: (BUS,),
                Defect.NOT_APPLIED: (VIEWS,),
                Defect.UNCAUSED: (
                    "the report shows how long the events of Acme took exactly 4 row(s)",
                    "missing: hop 'cause to effect', events 1",
                    "arrived:",
                ),
            },
            Wrong.OTHER_TENANT: {Defect.OTHER_TENANT: (BUS, LEAKED, TENANT)},
            Wrong.LATE: {Defect.LATE: (BUS, TENANT)},
        },
        closing={
            **audited(
                Wrong.DUPLICATE,
                Wrong.OTHER_TENANT,
                Wrong.WRONG_VERSION,
                Wrong.MUTATED,
                Wrong.LATE,
            ),
            Wrong.UNORDERED: {
                Defect.EFFECT_FIRST: ("reordered: OpportunityLost of ", "before its cause"),
            },
        },
    ),
]
