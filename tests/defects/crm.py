"""The reference CRM with one defect: `python -m tests.defects.crm up ...`.

The variable CRM_DEFECT names the defect. The roles are forked from this process, so that a patch
made here holds in all of them.
"""

import os
import sys

from support.reference_crm.__main__ import main
from tests.defects.defect import LEARNED_BY_FORK, CodeDefect
from tests.defects.registry import CODE


def plant(name: str) -> None:
    """Plant the defect of this name; raises LookupError for an unknown one."""
    found: dict[str, CodeDefect] = {defect.name: defect for defect in CODE}
    found[name].plant()


if __name__ == "__main__":
    plant(os.environ[LEARNED_BY_FORK])
    sys.exit(main())
