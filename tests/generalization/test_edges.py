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
UNTRACED = {"filter_error", "optimal_stopping.error"}  # one answers in NumPy, one is traced with the time
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


@pytest.mark.parametrize(
    "law", [law for law in LAWS if law not in ("filter_error", "optimal_stopping.error")]
)  # which answers in NumPy
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


@pytest.mark.parametrize("load", [0.5, 1 - 1e-8, 1.3])
def test_times_beyond_the_last_that_is_resolved_are_the_end_where_nothing_moves_any_more(load):
    for law in (g.test_error, g.train_error, g.weight_norm, g.teacher_overlap):
        np.testing.assert_array_equal(law([1e21, 1e300], load), law(np.inf, load))
        np.testing.assert_array_equal(law(1e250, load, tau=1e-100), law(np.inf, load))
    assert mp.relaxation(1e25, load) == mp.atom(load)


def test_where_something_still_moves_late_times_are_refused(jax):
    for law in (g.test_error, g.weight_norm):
        with pytest.raises(InputError, match="not resolved at a load so near 1"):
            law(1e21, 1.0)
        assert np.isnan(law(jax.numpy.asarray(1e21), 1.0))


def test_nothing_of_an_infinite_variance_is_nothing():
    endless = {"signal_variance": np.inf, "noise_variance": 1.0}
    assert g.test_error(np.inf, 2.0, **endless) == g.test_error(np.inf, 2.0)  # all of the signal is learned
    assert g.test_error(np.inf, 0.5, **endless) == np.inf
    assert g.teacher_overlap(0.0, 2.0, **endless) == 0
    assert g.bayes_error(2.0, **endless) == g.ridge_error(2.0, ridge=0.0, signal_variance=7.0) == 2.0
    assert g.bayes_error([0.5, 1.0], **endless).tolist() == [np.inf, np.inf]
    stop = g.optimal_stopping(2.0, **endless)
    assert stop.time == np.inf and stop.error == stop.final_error == 2.0
    np.testing.assert_allclose(g.bayes_error(2.0, signal_variance=1e140), 2.0, rtol=1e-12)


def test_endless_data_are_learned_at_once_and_endless_decay_forgets_at_once():
    world = {"signal_variance": 3.0, "noise_variance": 1.0, "initial_variance": 0.5}
    assert g.test_error([0.0, 1e-6, np.inf], np.inf, **world).tolist() == [4.5, 1.0, 1.0]
    assert g.train_error([0.0, 1e-6, np.inf], np.inf, **world).tolist() == [4.5, 1.0, 1.0]
    assert g.weight_norm([0.0, 1e-6, np.inf], np.inf, **world).tolist() == [0.5, 3.0, 3.0]
    assert g.weight_decay_error([0.0, 1e-6, np.inf], 2.0, **world, weight_decay=np.inf).tolist() == [4.5, 4.0, 4.0]
    assert g.optimal_stopping(np.inf, **world).time == 0 and g.optimal_stopping(np.inf, **world).error == 1


DEEP = {"time": 2.0, "load": 0.5, "signal_variance": 3.0, "noise_variance": 1.0, "initial_variance": 0.5, "tau": 2.0}


@pytest.mark.parametrize("name", DEEP)
def test_deep_students_keep_the_rule(name):
    assert np.isnan(g.deep_error(**(DEEP | {name: np.nan}), depth=2))
    with pytest.raises(InputError, match=name):
        g.deep_error(**(DEEP | {name: -1.0}), depth=2)


def test_deep_students_at_the_end_and_at_times_that_are_not_known(jax):
    known = {**DEEP, "load": 2.0, "depth": 2}
    found = g.deep_error(**(known | {"time": [2.0, np.nan, np.inf]}))
    assert found[0] == pytest.approx(g.deep_error(**known), rel=1e-9) and np.isnan(found[1])
    assert found[2] == pytest.approx(g.deep_error(**(known | {"time": 200.0})), rel=1e-6)
    for follow in (jax.jit, jax.grad):  # whose derivative would be 0
        with pytest.raises(InputError, match="is traced by JAX, but NumPy computes this, without derivatives; call it"):
            follow(lambda time: g.deep_error(**(known | {"time": time})))(2.0)


def test_any_covariance_keeps_the_rule():
    world = {"eigenvalues": [1.0, 0.5, 0.2], "coefficients": np.ones(3), "samples": 5, "noise_variance": 0.3}
    risk, usual = g.spectral_risk([1.0, np.nan, 2.0], **world), g.spectral_risk([1.0, 2.0], **world)
    for name in ("bias", "variance", "train_error", "test_error", "weight_norm"):
        found = getattr(risk, name)
        assert np.isnan(found[1])
        np.testing.assert_allclose(found[[0, 2]], getattr(usual, name), rtol=1e-9, atol=1e-12)
    ridges = g.ridge_risk([0.1, np.nan, np.inf, 1e12], **world)
    for name in ("bias", "variance", "train_error", "test_error", "freedom"):
        found = getattr(ridges, name)
        assert np.isnan(found[1]) and np.isfinite(found[[0, 2]]).all()
        np.testing.assert_allclose(found[3], found[2], rtol=1e-9, atol=1e-11)


def low_rank(**change):
    given = {"time": 1.0, "strengths": [2.0], "inputs": 10, "outputs": 5, "initial_strength": 1e-3}
    return g.low_rank_teacher(**(given | change))


def two_tasks(**change):
    given = {"time": 1.0, "strength": 2.0, "other_strength": 1.0, "alignment": 0.5}
    sizes = {"inputs": 10, "outputs": 5, "other_outputs": 5, "initial_strength": 1e-3}
    return g.transfer(**(given | sizes | change))


def curves(**change):
    return g.learning_curves(**({"load": 2.0} | change))


def trade(**change):
    return g.speed_accuracy(**({"load": 1.0, "depths": [1], "initial_variances": [0.1]} | change))


def layered(**change):
    return g.both_layers(**({"widths": [3], "samples": 10, "networks": 1, "times": [0.0, 1.0]} | change))


def readouts(**change):
    return g.random_features(**({"widths": [3], "samples": 10, "networks": 1, "times": [0.0, 1.0]} | change))


def data(**change):
    draw = np.random.default_rng(0)
    return g.from_data(draw.normal(size=(40, 3)), draw.normal(size=40), **change)


STUDIES = [
    (low_rank, ["time", "strengths", "initial_strength", "depth", "tau", "inputs", "outputs", "examples"]),
    (two_tasks, ["time", "alignment", "initial_strength", "depth", "tau", "inputs", "outputs", "other_outputs"]),
    (curves, ["load", "signal_variance", "noise_variance", "initial_variance", "depth", "times", "tau"]),
    (trade, ["depths", "initial_variances", "load", "signal_variance", "noise_variance", "tau"]),
    (layered, ["widths", "samples", "networks", "times", "initial_scale", "learning_rate", "seed"]),
    (readouts, ["widths", "samples", "networks", "times", "seed"]),
    (data, ["samples", "times", "simulate"]),
]


@pytest.mark.parametrize(("door", "name"), [(door, name) for door, names in STUDIES for name in names])
def test_doors_of_whole_studies_refuse_what_is_no_number_by_name(door, name):
    plural = name in ("times", "depths", "initial_variances", "widths", "strengths")
    for bad in (np.nan, 0.5 if name in ("inputs", "outputs") else -2.0):
        with pytest.raises(InputError, match=name.removesuffix("s")):
            door(**{name: [bad] if plural else bad})
