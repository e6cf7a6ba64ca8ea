r"""Does a docstring display what its function computes?

`verify` takes a function whose docstring says what it ``Implements:``. Either the docstring names its tests,
``Checked by: tests/path.py::name``, and these must exist. Or every ``.. math::`` display is one equation, ``symbol =
expression``: it is parsed, evaluated at random points with 40 digits, and compared with the function. The symbols are
read from the docstring itself: the first ``:math:`` of a parameter (or of a returned value) begins with its symbol, and
every inequality in the Parameters section, such as :math:`0 < u_0 < s`, bounds the points.
"""

import ast
import inspect
import itertools
import math
import operator
import pkgutil
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import mpmath
import numpy as np
import sympy

from latex_dialect import DialectError, expression, root_of
from ontogeny._core.bibliography import Paper
from ontogeny._core.places import Citation

POINTS = 6  # random points per equation: a wrong law agrees at none of them, a law wrong in one branch rarely at all
DRAWS = 5000  # tries to find them inside the bounds and where the equation is real
TOLERANCE = 1e-10  # relative; functions lose some digits to cancellation, the equation is evaluated with 40
RELATIONS = {"<": operator.lt, r"\le": operator.le, r"\leq": operator.le}
RELATIONS |= {">": operator.gt, r"\ge": operator.ge, r"\geq": operator.ge, r"\ne": operator.ne, r"\neq": operator.ne}
RELATION = re.compile(r"(<|>|\\(?:leq?|geq?|neq?|in)(?![A-Za-z]))")


class Entry(NamedTuple):
    """One quantity of a Parameters or Returns section: its name ("" if unnamed), type and symbol in LaTeX."""

    name: str
    kind: str
    symbol: str


@dataclass(frozen=True)
class Law:
    """A function and what its docstring says about it."""

    function: Callable[..., Any]
    parameters: list[Entry]
    outputs: list[Entry]
    bounds: list[list[str]]
    displays: list[tuple[str, str]]


def verify(name: str, repository: Path) -> None:
    """Raise an `AssertionError` with a sentence unless the named function is what its docstring displays."""
    thing = pkgutil.resolve_name(name)
    docstring = inspect.getdoc(thing) or ""
    if pointers := checked_by(docstring):
        for pointer in pointers:
            resolve(pointer, repository)
    elif not displays(docstring) or isinstance(thing, type):
        raise DialectError(
            f"{name} implements an equation; display it with `.. math::` or name its test, `Checked by: ...`"
        )
    else:
        check_law(read_law(thing, docstring))


def check_citation(name: str, cited: Citation, known: Mapping[str, Paper]) -> None:
    """Raise unless the paper is known and, where its equations are listed, lists this one as open to functions."""
    if cited.paper not in known:
        raise DialectError(f"{name} implements {cited}; describe {cited.paper} in papers.toml")
    listed = known[cited.paper].equations
    if not (listed and cited.place.startswith("(")):
        return
    equation = listed.get(cited.place.strip("()"))
    if equation is None:
        raise DialectError(f"{name} implements {cited}; list this equation in papers.toml")
    if equation.status:
        raise DialectError(
            f"{name} implements {cited}, which papers.toml calls a {equation.status}; delete that status"
        )


def checked_by(docstring: str) -> list[str]:
    """The tests that a docstring names."""
    lines = re.findall(r"^[ \t]*Checked by:(.*)$", docstring, re.MULTILINE)
    return [pointer.strip() for line in lines for pointer in line.split(",")]


def resolve(pointer: str, repository: Path) -> None:
    """Raise unless ``tests/path.py::name`` is a test that pytest would collect."""
    path, *names = pointer.split("::")
    file = repository / path
    if not (names and path.startswith("tests/") and file.name.startswith("test_") and file.is_file()):
        raise DialectError(f"`Checked by: {pointer}` names no test file; write tests/path.py::name")
    inside: ast.AST = ast.parse(file.read_text(encoding="utf-8"))
    for name in names:
        found = [node for node in ast.iter_child_nodes(inside) if getattr(node, "name", None) == name]
        if not (found and name.lower().startswith("test")):
            raise DialectError(f"`Checked by: {pointer}`: {path} has no test {name}")
        inside = found[0]


# Reading the docstring ------------------------------------------------------------------------------------------------


def read_law(function: Callable[..., Any], docstring: str) -> Law:
    parameters, inequalities = read_section(docstring, "Parameters")
    outputs, _ = read_section(docstring, "Returns")
    bounds = [parts for text in inequalities if len(parts := RELATION.split(text)) > 1 and r"\in" not in parts]
    sides = [_sides(display) for display in displays(docstring)]
    return Law(function, parameters, _named(outputs, sides), bounds, sides)


def _named(outputs: list[Entry], sides: list[tuple[str, str]]) -> list[Entry]:
    """A single output without symbol has that of the displays, if all begin with the same."""
    if len(outputs) == 1 and not outputs[0].symbol and all(_same(left, sides[0][0]) for left, _ in sides):
        return [outputs[0]._replace(symbol=sides[0][0])]
    return outputs


def displays(docstring: str) -> list[str]:
    """The text of each ``.. math::`` block, on the line of the directive or indented below it."""
    block = re.compile(r"^([ \t]*)\.\. math::[ \t]*(.*(?:\n(?:[ \t]*$|\1[ \t]+.*$))*)", re.MULTILINE)
    return [" ".join(text.split()).rstrip(" .,;") for _, text in block.findall(docstring)]


def read_section(docstring: str, title: str) -> tuple[list[Entry], list[str]]:
    """The entries of a numpydoc section, and all inline mathematics in it."""
    match = re.search(rf"^{title}\n-+\n(.*?)(?=^\S[^\n]*\n-{{3,}}$|\Z)", docstring, re.MULTILINE | re.DOTALL)
    entries: list[Entry] = []
    inline: list[str] = []
    for head, description in re.findall(r"^(\S.*)\n((?:[ \t]+.*\n?|\n)*)", match[1] if match else "", re.MULTILINE):
        if title == "Parameters" and " : " not in head:
            raise DialectError(f"Parameters has the line `{head}`; write `name : type`")
        symbols = re.findall(r":math:`([^`]*)`", description)
        inline += symbols
        entries += _entries(head, [_leading(symbol) for symbol in symbols])
    return entries, inline


def _entries(head: str, symbols: list[str]) -> Iterator[Entry]:
    """`a, b : array` names two quantities, whose symbols are the first two in its description."""
    names, _, kind = head.rpartition(" : ")
    for name, symbol in itertools.zip_longest(names.split(","), symbols[: len(names.split(","))], fillvalue=""):
        yield Entry(name.strip(), kind, symbol)


def _leading(inline: str) -> str:
    """The symbol with which inline mathematics begins, after a number: `u_0` of `0 < u_0 < s`, `u` of `u(t)`."""
    sides = [side.strip() for side in RELATION.split(inline)[::2]]
    return re.sub(r"\([^()]*\)$", "", next((side for side in sides if not re.fullmatch(r"[\d.]*", side)), "")).strip()


def _sides(display: str) -> tuple[str, str]:
    if display.count("=") != 1:
        raise DialectError(f"`{display}` has {display.count('=')} signs `=`; display one equation per `.. math::`")
    left, right = display.split("=")
    return left.strip(), right.strip()


def _same(left: str, right: str) -> bool:
    r"""Whether two left sides are one symbol: `u(t)` and `u`, `\dot{u}` and `\dot u`, `u_{0}` and `u_0`."""
    bare = [re.sub(r"[{}\s]|\\,", "", re.sub(r"\([^()]*\)$", "", side.strip())) for side in (left, right)]
    return bare[0] == bare[1] != ""


# Comparing with the function ------------------------------------------------------------------------------------------


def check_law(law: Law) -> None:
    """Every display agrees with the function, every output is displayed, every definition is used."""
    if not all(output.symbol for output in law.outputs or [Entry("", "", "")]):
        raise DialectError("Returns gives no symbol; begin the description of every returned value with one")
    outputs = [(index, right) for left, right in law.displays for index in _outputs(law, left)]
    definitions = {left: right for left, right in law.displays if not _outputs(law, left)}
    if missing := [output for index, output in enumerate(law.outputs) if index not in dict(outputs)]:
        raise DialectError(f"no display begins with `{missing[0].symbol} =`, the symbol of a returned value")
    if len(definitions) + len(outputs) < len(law.displays):
        raise DialectError("two displays define the same symbol")
    if taken := set(map(root_of, definitions)) & {root_of(entry.symbol) for entry in law.parameters if entry.symbol}:
        raise DialectError(f"a display defines {taken.pop()[0]}, the symbol of a parameter; write another letter")
    expanded = [(index, right, *_expand(expression(right), definitions)) for index, right in outputs]
    if unused := set(definitions) - {left for *_, used in expanded for left in used}:
        raise DialectError(f"a display defines `{unused.pop()}`, but that is neither returned nor used")
    for index, right, formula, _ in expanded:
        _compare(law, index, right, formula)


def _outputs(law: Law, left: str) -> list[int]:
    return [index for index, output in enumerate(law.outputs) if _same(left, output.symbol)]


def _expand(formula: sympy.Expr, definitions: dict[str, str]) -> tuple[sympy.Expr, set[str]]:
    """The formula with defined symbols replaced by their definitions, and which were used."""
    used: set[str] = set()
    for _ in definitions:
        for left, right in definitions.items():
            symbol, power = root_of(left)
            if symbol in formula.free_symbols:
                used.add(left)
                formula = formula.xreplace({symbol: expression(right) ** sympy.Rational(1, power)})
    return formula, used


def _compare(law: Law, index: int, latex: str, formula: sympy.Expr) -> None:
    symbols = _symbols(law)
    if left_over := sorted(map(str, formula.free_symbols - set(symbols))):
        hint = r"; write \exp for e" if "e" in left_over else ""
        raise DialectError(f"`{latex}`: no parameter has the symbol {', '.join(left_over)}{hint}")
    bounded = {symbol for bound in law.bounds for side in bound[::2] for symbol in expression(side).free_symbols}
    if strange := sorted(map(str, bounded - set(symbols))):
        raise DialectError(f"a bound in Parameters mentions {strange[0]}, which is no parameter's symbol")
    drawn = {symbols[symbol][0].name for symbol in formula.free_symbols} | _required(law)
    evaluate = sympy.lambdify(list(symbols), formula, "mpmath")
    for arguments, expected in _points(law, evaluate, drawn):
        value = _output(law, index, arguments)
        if not math.isclose(value, expected, rel_tol=TOLERANCE):
            raise DialectError(f"`{latex}` is {expected}, but the function returns {value} at {arguments}")


def _symbols(law: Law) -> dict[sympy.Symbol, tuple[Entry, int]]:
    """Which parameter, to which power, each symbol stands for."""
    found: dict[sympy.Symbol, tuple[Entry, int]] = {}
    for entry in law.parameters:
        if not entry.symbol:
            continue
        symbol, power = root_of(entry.symbol)
        if symbol in found:
            raise DialectError(f"{found[symbol][0].name} and {entry.name} both begin with the symbol {symbol}")
        found[symbol] = entry, power
    return found


def _required(law: Law) -> set[str]:
    """Names of the parameters without default; each needs a symbol, and each documented one must exist."""
    signature = inspect.signature(law.function).parameters
    if unknown := {entry.name for entry in law.parameters} - set(signature):
        raise DialectError(f"Parameters describes {unknown.pop()}, which the function does not take")
    required = {name for name, parameter in signature.items() if parameter.default is inspect.Parameter.empty}
    if silent := required - {entry.name for entry in law.parameters if entry.symbol}:
        raise DialectError(f"{silent.pop()} has no default and no symbol; begin its description with one")
    return required


def _points(law: Law, evaluate: Callable[..., Any], drawn: set[str]) -> Iterator[tuple[dict[str, Any], float]]:
    """Arguments within the bounds at which the equation is a real number, with that number."""
    generator, found = random.Random(law.function.__name__), 0
    for _ in range(DRAWS):
        arguments = {entry.name: _draw(entry, generator) for entry in law.parameters if entry.name in drawn}
        expected = _evaluate(law, evaluate, arguments)
        if expected is not None:
            found += 1
            yield arguments, expected
        if found == POINTS:
            return
    raise DialectError(f"only {found} of {DRAWS} random points lie within the bounds and give a real value")


def _draw(entry: Entry, generator: random.Random) -> float:
    return generator.randint(1, 6) if entry.kind.startswith("int") else round(generator.lognormvariate(0.0, 0.7), 4)


def _evaluate(law: Law, evaluate: Callable[..., Any], arguments: dict[str, Any]) -> float | None:
    defaults = {name: parameter.default for name, parameter in inspect.signature(law.function).parameters.items()}
    given = defaults | arguments
    with mpmath.workdps(40):
        numbers = {
            symbol: mpmath.mpf(given[entry.name]) ** (mpmath.mpf(1) / power)
            for symbol, (entry, power) in _symbols(law).items()
            if isinstance(given[entry.name], int | float)
        }
        try:
            value = evaluate(*(numbers.get(symbol, mpmath.nan) for symbol in _symbols(law)))
        except ZeroDivisionError:
            return None
        inside = all(_holds(bound, numbers) for bound in law.bounds)
    return float(value) if inside and isinstance(value, int | mpmath.mpf) and mpmath.isfinite(value) else None


def _holds(bound: list[str], numbers: dict[sympy.Symbol, Any]) -> bool:
    r"""Whether `0 < u_0 < s`, split at its signs, is true; a bound on a quantity that was left at None says nothing."""
    sides = [expression(side).evalf(40, subs=numbers) for side in bound[::2]]
    if not all(side.is_number for side in sides):
        return True
    return all(bool(RELATIONS[sign](*pair)) for sign, pair in zip(bound[1::2], itertools.pairwise(sides)))


def _output(law: Law, index: int, arguments: dict[str, Any]) -> float:
    """One number of the function's result: the result itself, a field of a record, or an entry of a tuple."""
    result = law.function(**arguments)
    if len(law.outputs) > 1:
        name = law.outputs[index].name
        result = getattr(result, name) if name and hasattr(result, name) else result[index]
    return float(np.asarray(result).item())
