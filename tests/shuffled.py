"""Say in which order features run: those that break things first, each half drawn from a seed.

What comes after a failure shows whether everything is as it was before.
"""

import random
import sys
from collections.abc import Sequence
from pathlib import Path

FEATURES = Path("features")
BREAKING = ("failures", "recovery")


def shuffled(files: Sequence[Path], seed: int) -> list[Path]:
    """Return all files, those of the chapters about failures first; the same seed, the same."""
    rng = random.Random(seed)  # noqa: S311 - an order has to repeat
    drawn = rng.sample(sorted(files), len(files))
    return sorted(drawn, key=lambda file: file.parent.name not in BREAKING)


if __name__ == "__main__":
    ordered = shuffled([*FEATURES.rglob("*.feature")], int(sys.argv[1]))
    sys.stdout.write(" ".join(map(str, ordered)))
