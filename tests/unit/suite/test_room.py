"""The reports folder belongs to one run at a time, and says when it is full."""

import os
from pathlib import Path

import pytest

from support.errors import ConfigurationError
from support.room import cannot_write, claim, room_for


def _open(path: Path) -> int:
    return os.open(path, os.O_RDONLY)


def test_a_second_run_is_kept_away_until_the_first_lets_go(tmp_path: Path) -> None:
    """It is told what to do; whoever ends lets go, even killed."""
    first, second = _open(tmp_path), _open(tmp_path)
    claim(first, tmp_path)
    for with_others in (False, True):
        with pytest.raises(ConfigurationError) as trouble:
            claim(second, tmp_path, with_others=with_others)
        assert str(trouble.value) == (
            f"another run is writing to {tmp_path}: wait until it has ended, or name another "
            "folder with -D reports=..."
        )
    os.close(first)
    claim(second, tmp_path)
    os.close(second)


def test_processes_of_one_run_share_a_folder_and_nobody_else_does(tmp_path: Path) -> None:
    """The jobs of a run say so."""
    jobs, stranger = [_open(tmp_path), _open(tmp_path)], _open(tmp_path)
    for job in jobs:
        claim(job, tmp_path, with_others=True)
    with pytest.raises(ConfigurationError):
        claim(stranger, tmp_path)
    for each in (*jobs, stranger):
        os.close(each)


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path) -> None:
    """Whatever was to be written there."""
    full = OSError(28, "No space left on device")
    with pytest.raises(ConfigurationError) as trouble, room_for(tmp_path):
        raise full
    sentence = (
        f"nothing more can be written to {tmp_path}: No space left on device; make room, or name "
        "another folder with -D reports=..."
    )
    assert (str(trouble.value), cannot_write(tmp_path, full)) == (sentence, sentence)
