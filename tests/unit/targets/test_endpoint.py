"""An endpoint that does not answer ends the run with one sentence that helps."""

import pytest

from support.errors import ConfigurationError
from support.targets.embedded import answers, require_endpoint
from support.targets.processes import free_port


def test_nothing_answers_at_a_free_port() -> None:
    """The sentence names the URL and the way out."""
    url = f"http://127.0.0.1:{free_port()}"
    assert not answers(url)
    with pytest.raises(ConfigurationError) as trouble:
        require_endpoint(url)
    assert str(trouble.value) == (
        f"nothing answers at {url}: start it (`docker compose up -d` starts LocalStack), "
        "or choose another with -D target=..."
    )
