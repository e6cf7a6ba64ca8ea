"""One rule at the edges, walked over every law and every argument: refused by name, NaN in NaN out, inf the limit."""

import functools
import inspect

import mpmath
import numpy as np
import pytest

from derivatives import ROWS
from ontogeny._core.checks import UnstableWarning
from ontogeny.modes import balanced, chain, deep, discrete, infinite, laws, shallow, transitions, unbalanced

pytestmark = pytest.mark.filterwarnings(f"ignore::{UnstableWarning.__module__}.UnstableWarning")  # said at infinite s

LIMIT = 1e-6  # relative and absolute: what a very large number still differs from infinity
LARGE = 1e30  # stands for infinity, where squares exist

WORLD = {"singular_value": 1.3, "initial_strength": 0.2, "input_variance": 0.7, "tau": 1.4}
PAIR = {**WORLD, "first_layer": 0.3, "second_layer": 0.1}
del PAIR["initial_strength"]


def at(law, **arguments):
    """A law and a point inside its domain; only what the law takes, and what is bound stays."""
    names = inspect.signature(law).parameters
    return law, {name: value for name, value in arguments.items() if name in names}


POINT = {**WORLD, "time": 1.1, "scaled_time": 2.3, "strength": 0.9, "weight_decay": 0.2, "margin": 0.1}
PAIRED = {**PAIR, "time": 1.1, "strength": 0.9}
LAWS = {
    **{
        f"{module.__name__.split('.')[-1]}.{name}": at(getattr(module, name), **POINT)
        for module in (shallow, balanced, infinite)
        for name in ("mode_strength", "mode_velocity", "time_to_strength")
    },
    **{
        f"unbalanced.{name}": at(getattr(unbalanced, name), **PAIRED)
        for name in ("mode_strength", "mode_velocity", "time_to_strength")
    },
    **{
        f"deep.{name} at depth {depth}": (functools.partial(law, depth=depth), at(law, **POINT)[1])
        for depth in (1, 1.5, 2, 3, 10)
        for name in ("mode_strength", "mode_velocity", "time_to_strength")
        for law in [getattr(deep, name)]
    },
    **{
        f"transitions.{name}": at(getattr(transitions, name), **POINT)
        for name in ("width", "sharpness", "steepest", "completion_time", "shallow_width")
    },
    **{
        f"transitions.{name}": (functools.partial(law, depth=3), at(law, **POINT)[1])
        for name in ("deep_width", "deep_sharpness")
        for law in [getattr(transitions, name)]
    },
    "discrete.mode_strength": (
        functools.partial(discrete.mode_strength, 7),
        {"singular_value": 1.3, "initial_strength": 0.2, "learning_rate": 0.1, "input_variance": 0.7},
    ),
    "discrete.fastest_stable_learning_rate": (
        functools.partial(discrete.fastest_stable_learning_rate, depth=3),
        {"singular_value": 1.3, "input_variance": 0.7},
    ),
    **{
        f"chain.{name}": (
            functools.partial(getattr(chain, name), initial_strengths=[0.2, 0.5, 0.3]),
            {argument: 1.1, "singular_value": 1.3, "input_variance": 0.7, "tau": 1.4},
        )
        for name, argument in (("mode_strength", "time"), ("time_to_strength", "strength"))
    },
}  # fmt: skip
LINEAR = {"singular_value", "initial_strength"}
SIGNED = {
    name: LINEAR for name in LAWS if name.startswith(("shallow", "unbalanced", "chain")) or name.endswith("depth 1")
}
EVERY = [(name, argument) for name, (_, point) in LAWS.items() for argument in point]


def called(name, argument, value):
    law, point = LAWS[name]
    return law(**{**point, argument: value})


@pytest.mark.parametrize(("name", "argument"), EVERY)
def test_what_is_not_known_in_is_not_known_out_at_that_place_only(name, argument):
    inside = LAWS[name][1][argument]
    found = called(name, argument, [inside, np.nan, inside])
    assert found.shape == (3,) and np.isnan(found[1])
    assert found[0] == found[2] == pytest.approx(float(LAWS[name][0](**LAWS[name][1])), rel=1e-14)


# what infinite layers, infinite steps and the shape of an infinite transition are is left open: NaN, or no limit
OPEN = ("transitions", "discrete.mode_strength")
BOUNDED = [
    (name, argument)
    for name, argument in EVERY
    if not name.startswith(OPEN) and not (name.startswith("unbalanced") and argument in ("first_layer", "second_layer"))
]


@pytest.mark.parametrize(("name", "argument"), BOUNDED)
def test_infinity_gives_the_limit(name, argument):
    found, near = float(called(name, argument, np.inf)), float(called(name, argument, LARGE))
    if abs(near) >= LARGE**0.2:
        assert abs(found) == np.inf and np.sign(found) == np.sign(near)
    else:
        assert found == pytest.approx(near, rel=LIMIT, abs=LIMIT)


@pytest.mark.parametrize(("name", "argument"), EVERY)
def test_what_cannot_be_is_refused_by_name(name, argument):
    of_any_sign = argument in SIGNED.get(name, set()) | {"first_layer", "second_layer"}
    asked_for = argument == "strength" and ("time_to_strength" in name or name in SIGNED)
    inside = LAWS[name][1][argument]
    if of_any_sign or asked_for:
        assert not np.isnan(called(name, argument, [inside, -inside])).any()
        return
    with pytest.raises(ValueError, match=rf"^{argument} is -{inside}, but .*; write (0 or more|a number above 0)"):
        called(name, argument, [inside, -inside])
    if argument in ("tau", "learning_rate"):
        with pytest.raises(ValueError, match=rf"^{argument} is 0.0, but it must be positive; write a number above 0"):
            called(name, argument, 0.0)
    else:
        assert not np.isnan(called(name, argument, 0.0)).any() or name.startswith("transitions")


LONG = ("deep.mode_strength", "deep.time_to_strength", "infinite", "transitions.deep")


@pytest.mark.parametrize("name", [name for name in LAWS if not name.startswith("chain")])
def test_traced_arrays_give_nan_instead_of_an_error(name, jax, torch):
    """Every argument in turn, traced by the compiler, or by `jax.vmap` where compiling takes long (but for one law)."""
    law, point = LAWS[name]
    arguments, rows, expected = list(point), [], []
    for argument, inside in point.items():
        for value in (inside, -inside, np.nan, np.inf, 0.0):
            rows.append([{**point, argument: value}[name] for name in arguments])
            try:
                expected.append(float(called(name, argument, value)))
            except ValueError:
                expected.append(np.nan)
    columns = np.array(rows).T
    padded = np.pad(columns, ((0, 0), (0, ROWS - len(rows))), mode="edge")  # each operation is compiled once
    with jax.enable_x64(True):
        trace = jax.vmap if name.startswith(LONG) and name != "deep.time_to_strength at depth 3" else jax.jit
        traced = trace(lambda *values: law(**dict(zip(arguments, values))))(*map(jax.numpy.asarray, padded))
    traced = traced[: len(rows)]
    by_torch = law(**dict(zip(arguments, map(torch.tensor, columns))))
    for found in (traced, by_torch):
        np.testing.assert_allclose(
            np.asarray(found), expected, rtol=1e-11, atol=1e-15
        )  # compiled sums round differently


OF_LAYERS = {
    "unbalanced.layer_strengths": at(unbalanced.layer_strengths, **PAIRED),
    "law(1).mode_strength": at(laws.law(1).mode_strength, **POINT),
    "law(2).time_to_strength": at(laws.law(2).time_to_strength, **POINT),
    "law(4).mode_strength": at(laws.law(4).mode_strength, **POINT),
    "law(4).natural_time": at(laws.law(4).natural_time, **POINT),
    "chain.final_strength": (
        functools.partial(chain.final_strength, initial_strengths=[0.2, 0.5, 0.3]),
        {"singular_value": 1.3, "input_variance": 0.7},
    ),
}
NUMBERS = {**LAWS, **OF_LAYERS}


@pytest.mark.parametrize("kind", [float, np.float64, np.asarray, np.float32])
@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_in_numbers_out(name, kind):
    """A float64, which is a Python float, from every law; arrays of any other shape stay arrays."""
    law, point = NUMBERS[name]
    answers = law(**{argument: kind(value) for argument, value in point.items()})
    for answer in answers if isinstance(answers, tuple) else (answers,):
        assert isinstance(answer, float)
    if not name.endswith("natural_time"):
        answers = law(**{argument: [value] for argument, value in point.items()})
        for answer in answers if isinstance(answers, tuple) else (answers,):
            assert isinstance(answer, np.ndarray) and answer.shape == (1,)


@pytest.mark.parametrize("name", [name for name in NUMBERS if not name.startswith(("chain", "law("))])
def test_numbers_of_other_libraries_stay_what_they_are(name, jax, torch):
    """JAX says of what shape and type the answer is without computing it; the simplest laws compute it."""
    law, point = NUMBERS[name]
    plain = name.startswith(("shallow", "balanced"))
    run, traced = (lambda law, **given: law(**given), jax.Array) if plain else (jax.eval_shape, jax.ShapeDtypeStruct)
    by_jax = run(law, **{argument: jax.numpy.asarray(value) for argument, value in point.items()})
    by_torch = law(**{argument: torch.tensor(value) for argument, value in point.items()})
    for answers, kind in ((by_jax, traced), (by_torch, torch.Tensor)):
        for answer in answers if isinstance(answers, tuple) else (answers,):
            assert isinstance(answer, kind) and answer.shape == () and str(answer.dtype).endswith("float32")


def test_every_law_is_walked():
    """Those whose answer has an axis of layers are arrays even for numbers."""
    walked = {name.split(" at ")[0] for name in NUMBERS}
    for module in (shallow, balanced, unbalanced, deep, infinite, chain, discrete, transitions):
        names = [
            name for name, law in vars(module).items() if hasattr(law, "__wrapped__") or name in ("mode_strength",)
        ]
        for name in names:
            own = getattr(module, name).__module__ == module.__name__
            layered = name in ("layer_strengths", "final_layer_strengths") and module is not unbalanced
            assert not own or layered or f"{module.__name__.split('.')[-1]}.{name}" in walked, name


STARTS = [1e-300, 1e-150, 1e-103, 1e-30, 1e-16, 1e-15, 1e-3, 1e30, 1e90, 1e150, 1e300]


@pytest.mark.parametrize("depth", [1.01, 1.5, 2.5, 3, 10, 100])
@pytest.mark.parametrize("start", STARTS)
def test_a_deep_network_from_any_start(depth, start):
    """The time of the integral in many digits leads to its end; kappa is what the rounding of the time changes."""
    for u in (2 * start, start**0.5, 0.5, 1 - 1e-3) if start < 0.5 else (start / 2, start**0.5, 2.0, 1 + 1e-3):
        with mpmath.workdps(60 + max(0, round(float(np.log10(start))))):
            exact = clock_in_digits(mpmath.mpf(u), 1, mpmath.mpf(start), 1, mpmath.mpf(depth))
            time = float(exact)
        if not 1e-300 < time < 1e300:
            continue
        kappa = abs(time * depth * u ** (1 - 2 / depth) * (1 - u))
        found = float(deep.mode_strength(time, 1.0, start, depth=depth))
        bound = 1e-12 + np.finfo(float).eps * kappa * (4 + abs(np.log(start)))
        assert abs(found - u) / u < bound or bound > 0.1, u  # beyond, the time does not know where the course is
        assert float(deep.time_to_strength(u, 1.0, start, depth=depth)) == pytest.approx(time, rel=1e-9), u


def clock_in_digits(u, s, u0, d, depth):
    a, below = 2 / depth - 1, d * u0 < s

    def primitive(u):
        x, power = (d * u / s, a) if below else (s / (d * u), 1 - a)
        return (
            u**power * mpmath.hyp2f1(1, power, 1 + power, x) / power
            if below
            else (u ** (a - 1) * mpmath.hyp2f1(1, power, 1 + power, x) / power)
        )

    return (primitive(u) - primitive(u0)) / depth
