"""The closed vocabulary under guard: unused and overlapping sentences, and steps that do too much.

A step is one call on the World. Whatever it would decide, repeat or catch belongs there.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from support.reporting.findings import Finding, Findings
from support.reporting.traceability import Features

KEYWORDS = ("given", "when", "then")
MOST_LINES = 5
FORBIDDEN_NAMES = frozenset(
    {"boto3", "botocore", "exit", "os", "sleep", "subprocess", "sys", "time"}
)
FORBIDDEN: Mapping[type[ast.AST], str] = {
    ast.Try: "try",
    ast.For: "for",
    ast.While: "while",
    ast.If: "if",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.Await: "await",
}


@dataclass(frozen=True)
class Argument:
    """Hold what a placeholder of a sentence took: its type, its place in the text, its text."""

    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Definition:
    """Hold a step definition: where it stands, its pattern, and how it reads a sentence.

    Reading answers None where the sentence is not of this definition.
    """

    place: str
    keyword: str
    pattern: str
    read: Callable[[str], tuple[Argument, ...] | None]

    def means(self, sentence: "Sentence") -> bool:
        """Say whether a sentence, with its keyword, is of this definition."""
        return self.keyword in (sentence.keyword, "step") and self.read(sentence.text) is not None


@dataclass(frozen=True)
class Sentence:
    """Hold a sentence of a feature."""

    place: str
    keyword: str
    text: str


Definitions = Sequence[Definition]


def sentences(features: Features) -> tuple[Sentence, ...]:
    """Give every sentence of the features, each of its wordings once, with the first place."""
    first: dict[tuple[str, str], str] = {}
    for feature in features:
        for step in feature.background:
            first.setdefault((step.keyword, step.sentence), str(feature.path))
        for scenario in feature.scenarios:
            for step in scenario.steps:
                first.setdefault((step.keyword, step.sentence), scenario.place)
    return tuple(Sentence(place, keyword, text) for (keyword, text), place in first.items())


def unused_definitions(definitions: Definitions, spoken: Iterable[Sentence]) -> Findings:
    """Find definitions that no sentence uses."""
    known = tuple(spoken)
    return tuple(
        Finding(definition.place, f"nobody says {definition.pattern!r}", "remove it, or use it")
        for definition in definitions
        if not any(definition.means(sentence) for sentence in known)
    )


def overlapping_definitions(definitions: Definitions, spoken: Iterable[Sentence]) -> Findings:
    """Find sentences that several definitions understand: behave takes the first, silently."""
    return tuple(
        Finding(sentence.place, f"{sentence.text!r} means {' and '.join(meanings)}", "say one")
        for sentence in spoken
        if len(meanings := _meanings(definitions, sentence)) > 1
    )


def _meanings(definitions: Definitions, sentence: Sentence) -> list[str]:
    return [
        f"{definition.pattern!r} ({definition.place})"
        for definition in definitions
        if definition.means(sentence)
    ]


def recombined(definitions: Definitions, spoken: Iterable[Sentence]) -> Iterator[Sentence]:
    """Make sentences that somebody could say: each pattern with all words said elsewhere."""
    known = tuple(spoken)
    words = _words_by_kind(definitions, known)
    for definition in definitions:
        example = next((sentence for sentence in known if definition.means(sentence)), None)
        if example is not None:
            for argument in definition.read(example.text) or ():
                for word in words[argument.kind]:
                    text = example.text[: argument.start] + word + example.text[argument.end :]
                    yield Sentence(definition.place, example.keyword, text)


def _words_by_kind(
    definitions: Definitions, spoken: Iterable[Sentence]
) -> Mapping[str, Iterable[str]]:
    words: dict[str, dict[str, None]] = {}
    for sentence in spoken:
        for definition in definitions:
            for argument in definition.read(sentence.text) or ():
                words.setdefault(argument.kind, {})[argument.text] = None
    return words


def steps_out_of_form(source: str, file: str) -> Findings:
    """Find step functions that are more than a sentence and one call, from their source."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return (
        *(
            Finding(f"{file}:{function.lineno}", problem, "keep the step to one call")
            for function in functions
            for problem in _form_problems(function, file)
        ),
        *(
            Finding(f"{file}:{node.lineno}", f"it uses {word}", "let the World do it")
            for node in ast.walk(tree)
            if isinstance(node, ast.stmt | ast.expr)
            for word in _forbidden_words(node)
        ),
    )


def _form_problems(function: ast.FunctionDef, file: str) -> Iterator[str]:
    docstring = ast.get_docstring(function)
    if not docstring:
        yield f"{function.name} has no docstring"
    if _lines(function.body[1:] if docstring else function.body) > MOST_LINES:
        yield f"{function.name} has more than {MOST_LINES} lines"
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name):
            keyword, own = decorator.func.id, file.rpartition("/")[2].partition("_")[0]
            if keyword != own:
                yield f"{function.name} is a {keyword} in a file of {own}"


def _lines(body: Sequence[ast.stmt]) -> int:
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _forbidden_words(node: ast.stmt | ast.expr) -> Iterator[str]:
    if type(node) in FORBIDDEN:
        yield FORBIDDEN[type(node)]
    for name in _names(node):
        if name in FORBIDDEN_NAMES:
            yield name


def _names(node: ast.stmt | ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.module:
        yield node.module.partition(".")[0]
    if isinstance(node, ast.Name):
        yield node.id
    if isinstance(node, ast.Attribute):
        yield node.attr
