"""What can be done with a run besides running it: `python -m support --help`."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from support.acts import PROMISED
from support.contract.catalogue import Catalogue
from support.interrupts import end_softly
from support.judging.again import RUN, Judged, Verdict, judge_again
from support.observing.journal import read_journal
from support.targets.capabilities import markdown
from support.targets.sweep_command import add_sweep, sweep

JOURNAL = Path("reports/journal.jsonl")
GREEN, RED, UNREADABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m support", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    judge = commands.add_parser(
        "judge",
        help="repeat the audits of a finished run from its journal, without any system",
        description="Repeat the audits of a finished run from its journal, without any system. "
        "The exit code is 0 if the run was green and is judged so again, 1 if not, "
        "2 if the journal cannot be read.",
    )
    judge.add_argument(
        "journals", type=Path, nargs="*", metavar="JOURNAL", help=f"default: {JOURNAL}"
    )
    add_sweep(commands)
    commands.add_parser(
        "capabilities",
        help="print what the pinned local targets can carry, as the README has it",
        description="Print as a Markdown table what the pinned local targets can carry, with the "
        "reference CRM: each need (@needs-*) of a scenario, or why it cannot be met there.",
    )
    options = parser.parse_args(arguments)
    if options.command == "sweep":
        return sweep(options, partial(print, flush=True), partial(print, file=sys.stderr))
    if options.command == "capabilities":
        print(markdown())
        return GREEN
    return max(_judge(journal) for journal in options.journals or [JOURNAL])


def _judge(journal: Path) -> int:
    try:
        judged = judge_again(read_journal(journal), Catalogue().violations, PROMISED)
    except OSError as error:
        print(
            f"no journal can be read at {journal}: {error.strerror}; run behave first, or name "
            "another file",
            file=sys.stderr,
        )
        return UNREADABLE
    except (KeyError, TypeError, ValueError) as error:
        print(
            f"{journal} is no journal of this version of the suite ({_said(error)}); name a "
            "journal.jsonl that a run has written",
            file=sys.stderr,
        )
        return UNREADABLE
    print("\n".join(_told(judged)))
    return GREEN if judged.holds else RED


def _said(error: Exception) -> str:
    """Say briefly what is wrong: bytes that are no text would fill the screen."""
    if isinstance(error, UnicodeDecodeError):
        return "it is no text"
    return str(error) if type(error) is ValueError else repr(error)


def _told(judged: Judged) -> Sequence[str]:
    ended = [each for each in judged.outcomes if each.status not in ("passed", "skipped")]
    same = sum(each.same for each in judged.verdicts)
    red, every = (len({o.scenario for o in some} - {RUN}) for some in (ended, judged.outcomes))
    return [
        *(line for each in judged.verdicts for line in _verdict(each)),
        *(f"{each.scenario}\n  ended as {each.status}: {each.error}" for each in ended),
        *(f"{each}\n  was never closed: there is no verdict on it" for each in judged.unclosed),
        *([] if judged.is_whole else ["The run did not get to its end: it was not audited."]),
        f"{len(judged.verdicts)} audits repeated, {same} with the verdict of the run; "
        f"{sum(len(each.findings) for each in judged.verdicts)} findings, "
        f"{red} of {every} scenarios not passed.",
    ]


def _verdict(verdict: Verdict) -> Sequence[str]:
    if verdict.same and not verdict.findings:
        return []
    said = [f"  the run had said: {each}" for each in verdict.said or ["nothing is amiss"]]
    return [
        verdict.scenario,
        *(f"  {each}" for each in verdict.findings or ["nothing is amiss"]),
        *([] if verdict.same else said),
    ]


if __name__ == "__main__":
    end_softly()
    sys.exit(main())
