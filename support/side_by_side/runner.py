"""The behave of a job: it runs what no other job has drawn before it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from behave.model import Feature
from behave.runner import Runner

from support.side_by_side.drawing import Urn


class DrawingRunner(Runner):  # type: ignore[misc]  # behave has no types
    """Draw one feature after the other, in the order of the command line, until none is left."""

    def run_model(self, features: Iterable[Feature] | None = None) -> bool:
        """Run what can be drawn of these features; return whether something failed."""
        return bool(super().run_model(self._drawn(features or self.features)))

    def _drawn(self, features: Iterable[Feature]) -> Iterator[Feature]:
        """Yield what this job has drawn; who is told to end leaves the rest to the others."""
        userdata = self.config.userdata
        urn, job = Urn(Path(userdata["reports"]).parent), int(userdata["job"])
        for feature in features:
            if self.aborted:
                return
            if urn.draw(feature.filename, job):
                yield feature
