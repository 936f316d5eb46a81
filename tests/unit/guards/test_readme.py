"""The guard over the README's catalogue: it lists every sentence that can be said, and no other."""

import re
from pathlib import Path

DEFINITION = re.compile(r'^@(given|when|then)\("(.+)"\)$', re.MULTILINE)
LISTED = re.compile(r"^\| (Given|When|Then) `(.+?)` \| \S", re.MULTILINE)


def test_the_readme_lists_every_sentence() -> None:
    """A product owner can look up what can be said, without reading code."""
    defined = [
        (keyword, pattern)
        for file in Path("steps").glob("*.py")
        for keyword, pattern in DEFINITION.findall(file.read_text("utf-8"))
    ]
    listed = LISTED.findall(Path("README.md").read_text("utf-8"))
    assert sorted((keyword.lower(), pattern) for keyword, pattern in listed) == sorted(defined)
