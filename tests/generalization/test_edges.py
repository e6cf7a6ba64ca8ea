"""One rule at the edge for every law of generalization and of random matrices, argument by argument.

Numbers outside of the domain are refused by name, NaN in is NaN out at its place, infinity is the limit, and arrays
that a compiler may trace give NaN where numbers would be refused.
"""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny import generalization as g
from ontogeny.random_matrices import marchenko_pastur as mp
from ontogeny.random_matrices import spiked

COURSE = {"time": 2.0, "load": 1.5, "signal_variance": 3.0, "noise_variance": 1.0, "initial_variance": 0.5}
STATIC = {name: COURSE[name] for name in ("load", "signal_variance", "noise_variance")}
LAWS = {
    "test_error": (g.test_error, COURSE | {"tau": 2.0}),
    "train_error": (g.train_error, COURSE | {"tau": 2.0}),
    "weight_norm": (g.weight_norm, COURSE | {"tau": 2.0}),
    "teacher_overlap": (g.teacher_overlap, COURSE | {"tau": 2.0}),
    "weight_decay_error": (g.weight_decay_error, COURSE | {"tau": 2.0, "weight_decay": 0.3}),
    "gradient_descent_error": (
        g.gradient_descent_error,
        {"step": 3.0} | {k: v for k, v in COURSE.items() if k != "time"} | {"learning_rate": 0.1},
    ),
    "online_error": (g.online_error, {k: v for k, v in COURSE.items() if k != "load"} | {"learning_rate": 0.5}),
    "ridge_error": (g.ridge_error, STATIC | {"ridge": 0.4}),
    "bayes_error": (g.bayes_error, STATIC),
    "spectral_cutoff_error": (g.spectral_cutoff_error, STATIC | {"cutoff": 0.7}),
    "filter_error": (lambda **world: g.filter_error(lambda l: 0.5 / (0.5 + l), **world), STATIC),  # noqa: E741
    "optimal_stopping.time": (
        lambda **world: g.optimal_stopping(**world).time,
        {k: v for k, v in COURSE.items() if k != "time"} | {"tau": 2.0},
    ),
    "optimal_stopping.error": (
        lambda **world: g.optimal_stopping(**world).error,
        {k: v for k, v in COURSE.items() if k != "time"},
    ),
    "largest_learning_rate": (g.largest_learning_rate, {"load": 1.5}),
    "norm_bound": (g.norm_bound, {"weight_norm": 4.0, "input_norm": 10.0, "samples": 10.0}),
    "partial_observation": (
        lambda **share: g.partial_observation(**share)["noise_variance"],
        {"share": 0.5, "signal_variance": 3.0, "noise_variance": 1.0},
    ),
    "edges": (lambda load: mp.edges(load)[1], {"load": 1.5}),
    "atom": (mp.atom, {"load": 0.5}),
    "density": (mp.density, {"eigenvalue": 1.0, "load": 1.5}),
    "moment": (lambda load: mp.moment(3, load), {"load": 1.5}),
    "moment of order 0": (lambda load: mp.moment(0, load), {"load": 1.5}),
    "stieltjes_transform": (mp.stieltjes_transform, {"ridge": 0.4, "load": 1.5}),
    "stieltjes_derivative": (mp.stieltjes_derivative, {"ridge": 0.4, "load": 1.5}),
    "relaxation": (mp.relaxation, {"time": 2.0, "load": 0.5}),
    "relaxation_rate": (mp.relaxation_rate, {"time": 2.0, "load": 1.5}),
    "threshold": (spiked.threshold, {"aspect_ratio": 0.5}),
    "row_overlap": (spiked.row_overlap, {"signal": 2.0, "aspect_ratio": 0.5}),
    "column_overlap": (spiked.column_overlap, {"signal": 2.0, "aspect_ratio": 0.5}),
    "top_singular_value": (spiked.top_singular_value, {"signal": 2.0, "aspect_ratio": 0.5}),
}  # fmt: skip
EVERY = [(law, name) for law, (_, arguments) in LAWS.items() for name in arguments]
SIGNED = {"eigenvalue", "signal"}  # any sign is an ordinary number
ABOVE = {"load", "tau", "learning_rate", "share", "samples", "aspect_ratio"}  # 0 lies outside
BELOW = {"learning_rate", "share"}  # and infinity does too
OUTSIDE = {name: [] for name in SIGNED} | {name: [-1.0, 0.0] for name in ABOVE} | {"step": [-1.0, 2.5]}
JAX_DIGITS = 1e-10  # the two libraries' exponentials and sums


def walked(law, name, value):
    """The law with one of its arguments replaced, the others as they are."""
    of, arguments = LAWS[law]
    return of(**(arguments | {name: value}))


@pytest.mark.parametrize(("law", "name"), EVERY)
def test_outside_of_the_domain_is_refused_by_name(law, name):
    if name in SIGNED:
        assert np.isfinite(walked(law, name, -1.0))
        return
    for bad in (-1.0, -np.inf, *([0.0] if name in ABOVE else [])):
        with pytest.raises(InputError, match=name):
            walked(law, name, np.array([LAWS[law][1][name], bad]))
    if name not in ABOVE:
        assert walked(law, name, 0.0) >= 0


@pytest.mark.parametrize(("law", "name"), EVERY)
def test_nan_in_is_nan_out_at_its_place(law, name):
    usual = LAWS[law][1][name]
    found = walked(law, name, np.array([usual, np.nan, usual]))
    assert np.isnan(found).tolist() == [False, True, False]
    np.testing.assert_array_equal(found[[0, 2]], walked(law, name, usual))
    assert np.isnan(walked(law, name, np.nan))


@pytest.mark.parametrize(("law", "name"), EVERY)
def test_infinity_is_the_limit(law, name):
    """What is approached along larger and larger numbers: the last steps and the end agree, or grow without bound."""
    if name in BELOW or (law, name) == ("gradient_descent_error", "load"):  # where steps of any size overshoot
        with pytest.raises(InputError, match="learning_rate" if name == "load" else name):
            walked(law, name, np.inf)
        return
    end, large = walked(law, name, np.inf), walked(law, name, 1e15 if name in ("time", "step") else 1e140)
    assert not np.isnan(end)
    if np.isinf(end):
        assert large > 1e4  # the best time grows as a logarithm
    else:
        np.testing.assert_allclose(large, end, rtol=1e-12, atol=1e-30)


@pytest.mark.parametrize("law", [law for law in LAWS if law != "filter_error"])  # which answers in NumPy
def test_traced_arrays_are_nan_where_numbers_are_refused(law, jax):
    """Compiled once for every law: as usual first, and then one argument after the other NaN, negative, and 0."""
    of, arguments = LAWS[law]
    bad = [(name, value) for name in arguments for value in (np.nan, *OUTSIDE.get(name, [-1.0]))]
    columns = {
        name: [usual, *(value if name == changed else usual for changed, value in bad)]
        for name, usual in arguments.items()
    }
    with jax.enable_x64(True):
        found = jax.jit(lambda **given: of(**given))(**{name: jax.numpy.asarray(c) for name, c in columns.items()})
    assert np.isnan(np.asarray(found)[1:]).all()
    np.testing.assert_allclose(found[0], of(**arguments), rtol=JAX_DIGITS)


@pytest.mark.parametrize("law", [law for law, (_, arguments) in LAWS.items() if "signal_variance" in arguments])
@pytest.mark.parametrize("unit", [1e-150, 1e150])
def test_units_do_not_matter(law, unit):
    """Errors in units of the answers, squared: small and large ones, without a warning."""
    of, arguments = LAWS[law]
    scaled = {k: v * unit if k.endswith("_variance") else v for k, v in arguments.items()}
    factor = 1.0 if law == "optimal_stopping.time" else unit
    np.testing.assert_allclose(of(**scaled) / factor, of(**arguments), rtol=1e-12)
