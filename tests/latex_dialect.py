r"""The small LaTeX dialect of displayed equations, read so that nothing is misread silently.

SymPy's parser takes ``u\,(1 - x)`` for a function ``u``, ``\ln\frac{a}{b}\,c`` for the logarithm of all three, ``d\,t``
for a differential, and any unknown command for a product of its name. Here every such text is either made plain first
or refused with a sentence.
"""

import re
from functools import cache

import sympy
from sympy.core.function import AppliedUndef
from sympy.parsing.latex import parse_latex
from sympy.parsing.latex.errors import LaTeXParsingError

LETTERS = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu"),
    *("nu", "xi", "rho", "sigma", "tau", "phi", "varphi", "chi", "psi", "omega"),
    *("Gamma", "Delta", "Theta", "Lambda", "Xi", "Phi", "Psi", "Omega", "Sigma", "pi"),
)
FUNCTIONS = ("exp", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan")
COMMANDS = {*LETTERS, *FUNCTIONS, "frac", "sqrt", "cdot"}
PAIRS = {"(": ")", "{": "}", "[": "]"}
DIFFERENTIAL = "D_{d}"  # how a plain d, which SymPy would read as a differential, is spelled while it parses


class DialectError(AssertionError):
    """A displayed equation that cannot be checked; its message says what to write."""


@cache
def expression(latex: str) -> sympy.Expr:
    """The SymPy expression that a piece of LaTeX means."""
    try:
        parsed = parse_latex(_plain(latex), strict=True)
    except LaTeXParsingError:
        raise DialectError(f"SymPy cannot read `{latex}`; keep to the dialect") from None
    _refuse_functions(parsed, latex)
    return parsed.xreplace({sympy.Symbol(DIFFERENTIAL): sympy.Symbol("d"), sympy.Symbol("pi"): sympy.pi})


def root_of(latex: str) -> tuple[sympy.Symbol, int]:
    r"""Symbol and power of a quantity that is written as a symbol or as its power, such as ``\sigma_w^2``."""
    base, power = expression(latex).as_base_exp()
    if isinstance(base, sympy.Symbol) and power.is_Integer and power > 0:
        return base, int(power)
    raise DialectError(f"`{latex}` is no symbol; write one, such as `u_0`")


def _plain(latex: str) -> str:
    """The same mathematics with every product, bracket and argument explicit."""
    text = re.sub(r"\\(left|right)(?![A-Za-z])", "", latex).replace(r"\,", r" \cdot ")
    for command in re.findall(r"\\([A-Za-z]+|.)", text):
        if command not in COMMANDS:
            raise DialectError(
                f"`{latex}` uses `\\{command}`, which is outside the dialect: {', '.join(sorted(COMMANDS))}"
            )
    if re.search(r"\\frac\s*\{\s*d\s*\\?[A-Za-z]\w*\s*\}\s*\{\s*d\s*\\?[A-Za-z]\w*\s*\}", text):
        raise DialectError(f"`{latex}` reads as a derivative; point to a test with `Checked by:`")
    _refuse_open_quotients(text, latex)
    return _without_differentials(_with_brackets(text, latex))


def _without_differentials(text: str) -> str:
    """A plain `d`, alone or as an index, spelled so that it is no differential; commands and other indices stay."""
    spelled = {"d": DIFFERENTIAL, "_d": "_{d}"}
    return re.sub(r"\\[A-Za-z]+|_\{[^}]*\}|_\s*.|d(?!_)", lambda match: spelled.get(match[0], match[0]), text)


def _refuse_open_quotients(text: str, latex: str) -> None:
    """A factor after `a/b` is ambiguous for readers and misread by SymPy."""
    for slash in re.finditer("/", text):
        rest = text[_operand_end(text, slash.end()) :].lstrip()
        if rest and rest[0] not in "+-)}]":
            raise DialectError(f"`{latex}` has a factor after a quotient with `/`; write the quotient with `\\frac`")


def _with_brackets(text: str, latex: str) -> str:
    r"""`\ln\frac{a}{b}` as `\ln(\frac{a}{b})`; anything else that is not in brackets is refused."""
    for function in reversed(list(re.finditer(rf"\\(?:{'|'.join(FUNCTIONS)})(?![A-Za-z])\s*", text))):
        start = function.end()
        if re.match(r"\\(frac|sqrt)", text[start:]):
            end = _operand_end(text, start)
            text = f"{text[:start]}({text[start:end]}){text[end:]}"
        elif text[start : start + 1] not in ("(", "^"):
            raise DialectError(f"`{latex}` has a function without brackets; write `{function[0].strip()}(...)`")
    return text


def _operand_end(text: str, start: int) -> int:
    """Where the operand that begins at `start` ends: a group, a number, a letter or a command, with its indices."""
    operand = re.compile(r"\s*(\\[A-Za-z]+|\d+(?:\.\d+)?|[A-Za-z]|)").match(text, start)
    assert operand
    end, first = operand.end(), operand[1].strip("\\")
    takes_groups = first in {"", "frac", "sqrt", *FUNCTIONS}
    while takes_groups and text[end : end + 1] in PAIRS:
        end = _closing(text, end) + 1
    while index := re.compile(r"\s*[_^]\s*(?=(.))").match(text, end):
        end = _closing(text, index.end()) + 1 if index[1] == "{" else _operand_end(text, index.end())
    return end


def _closing(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == text[start]) - (text[place] == PAIRS[text[start]])
        if depth == 0:
            return place
    raise DialectError(f"`{text}` has a bracket that is never closed")


def _refuse_functions(parsed: sympy.Basic, latex: str) -> None:
    if not isinstance(parsed, sympy.Expr) or parsed.has(sympy.Derivative, sympy.Integral):
        raise DialectError(f"`{latex}` is no plain expression; point to a test with `Checked by:`")
    for called in parsed.atoms(AppliedUndef):
        raise DialectError(
            f"`{latex}` reads as a function {called.func} of {called.args[0]}; write the product with `\\,`"
        )
