import re

import pytest
import sympy

from latex_dialect import DialectError, expression, root_of

a, b, c, d, s, t, u0, tau = sympy.symbols("a b c d s t u_{0} tau")

READ = {
    r"2\,u_0\,(s - u_0)/\tau": 2 * u0 * (s - u0) / tau,
    r"u_{0}\cdot(1 - t)": u0 * (1 - t),
    r"\frac{a}{b}\,c": a * c / b,
    r"\ln\frac{a}{b}\,c": c * sympy.log(a / b),
    r"\ln \sqrt{a}\,\ln\frac{a + 1}{b}": sympy.log(sympy.sqrt(a)) * sympy.log((a + 1) / b),
    r"\exp\left(-\frac{a}{b}\right)\,c": c * sympy.exp(-a / b),
    r"\left(a + b\right)\,c": (a + b) * c,
    r"[a + b]\,c": (a + b) * c,
    r"d\,t\,\frac{s}{d\,u_0}": t * s / u0,
    r"d": d,
    r"u_0/(a + d\,u_0\,(1 - \exp(-2\,s\,t/\tau))/s)": u0 / (a + d * u0 * (1 - sympy.exp(-2 * s * t / tau)) / s),
    r"s^{2 - 2/a}\,(s - b)": s ** (2 - 2 / a) * (s - b),
    r"a/s_1^{2} + b": a / sympy.Symbol("s_{1}") ** 2 + b,
    r"(1 - a)^t": (1 - a) ** t,
    r"\tanh^2(a)\,b": sympy.tanh(a) ** 2 * b,
    r"2 s d t + d^2\,\gamma_{d}": 2 * s * d * t + d**2 * sympy.Symbol("gamma_{d}"),
    r"\frac{\pi}{2}": sympy.pi / 2,
    r"a_d\,d_a": sympy.Symbol("a_{d}") * sympy.Symbol("d_{a}"),
}

REFUSED = {
    r"u_0(1 - t)": "function u_{0} of 1 - t; write the product",
    r"a/b\,c": "factor after a quotient",
    r"a/b c": "factor after a quotient",
    r"a/(b + c)\,c": "factor after a quotient",
    r"a/\exp(b)\,c": "factor after a quotient",
    r"1/2\,a": "factor after a quotient",
    r"a/b^2 c": "factor after a quotient",
    r"\ln a\,b": r"function without brackets; write `\ln",
    r"\mathrm{erf}(a)": r"uses `\mathrm`, which is outside",
    r"\log(a)": r"uses `\log`, which is outside",
    r"a\;b": r"uses `\;`, which is outside",
    r"\frac{du}{dt}": "reads as a derivative",
    r"2\,\frac{d u_0}{d \tau}": "reads as a derivative",
    r"\int a": "outside the dialect",
    r"\frac{a}{b": "SymPy cannot read",
    r"a/(b": "never closed",
    r"a + ": "SymPy cannot read",
    r"a) b": "SymPy cannot read",
}


@pytest.mark.parametrize("latex", READ)
def test_the_dialect_is_read_as_a_person_reads_it(latex):
    assert sympy.simplify(expression(latex) - READ[latex]) == 0


@pytest.mark.parametrize("latex", REFUSED)
def test_what_would_be_misread_is_refused_with_a_sentence(latex):
    with pytest.raises(DialectError, match=re.escape(REFUSED[latex])):
        expression(latex)


def test_a_quantity_may_be_written_as_a_power_of_its_symbol():
    assert root_of(r"\sigma_w^2") == (sympy.Symbol("sigma_{w}"), 2)
    assert root_of("u_{0}") == root_of("u_0") == (u0, 1)


@pytest.mark.parametrize("latex", ["2", "a + b", r"2\,a", "a^{-1}", "a^b"])
def test_what_is_no_symbol_cannot_name_a_quantity(latex):
    with pytest.raises(DialectError, match="is no symbol"):
        root_of(latex)
