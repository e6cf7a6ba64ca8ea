"""Diagnoses of lists of weights: the theory on average over draws, numbers by hand, what stands out, refusals."""

import numpy as np
import pytest

import ontogeny as on
from ontogeny import InputError
from ontogeny.networks.initialization import gaussian, orthogonal
from ontogeny.propagation import diagnose
from ontogeny.propagation.array_graph import read_arrays

WIDTH, DRAWS = 120, 24
ROUNDING = 1e-10  # relative; products of ten matrices in double precision


def batch(inputs=WIDTH, count=6, seed=1001):
    return np.random.default_rng(seed).standard_normal((count, inputs))


def chain(gain, depth=10, seed=0, width=WIDTH):
    return gaussian([width] * (depth + 1), scale=gain / np.sqrt(width), seed=seed)


@pytest.mark.parametrize(
    ("units", "gain"), [("tanh", 1.3), ("relu", 2**0.5), ("erf", 1.0), ("gelu", 1.2), ("linear", 1.0)]
)
def test_a_random_chain_follows_the_theory(units, gain):
    """Over draws, logarithms of variances and gradients lie around the theory's, as widely as its bands or less."""
    off = {"second_moment": [], "gradient": []}
    for seed in range(DRAWS):
        layers = diagnose(chain(gain, seed=seed), batch(), nonlinearity=units, projections=3).layers
        rows = np.isfinite(layers["chi_1"].values)
        for name, found in off.items():
            band = "theory_band" if name == "second_moment" else "theory_gradient_band"
            theory = layers[f"theory_{name}"].values[rows]
            spread = np.sqrt(np.log1p((layers[band].values[rows] / theory) ** 2))
            found.append(np.log(layers[name].values[rows] / theory) / spread)
    for name, found in off.items():
        mean, square = np.mean(found, axis=0), np.mean(np.square(found), axis=0)
        # of deviations that a band bounds: their mean over 24 draws within 3/sqrt(24) and half a band for the skew of
        # logarithms, their mean square within that of a chi square at 4 standard deviations
        assert np.all(np.abs(mean) < 3 / np.sqrt(DRAWS) + 0.5), name
        assert np.all(square < 1 + 4 * np.sqrt(2 / DRAWS)), name


def test_orthogonal_linear_layers_keep_everything():
    layers = diagnose(orthogonal([50] * 8, seed=1), batch(50)).layers
    rows = np.isfinite(layers["theory_gradient"].values)
    for name in ("second_moment", "gradient"):
        np.testing.assert_allclose(layers[name].values[rows], layers[f"theory_{name}"].values[rows], rtol=ROUNDING)
    np.testing.assert_allclose(layers["correlation"].values, layers["correlation"].values[0], rtol=1e-8)
    assert set(layers["weights"].values[1:]) == {"orthogonal"}


def test_numbers_by_hand():
    """A chain of two layers, every column from its definition."""
    rng = np.random.default_rng(3)
    first, second, b, c = rng.standard_normal((5, 4)), rng.standard_normal((3, 5)), rng.standard_normal(5), np.ones(3)
    x = rng.standard_normal((7, 4))
    layers = diagnose([first, second], x, nonlinearity="tanh", biases=[b, c], projections=4, seed=2).layers
    h = x @ first.T + b
    y = np.tanh(h) @ second.T + c
    generator = np.random.default_rng([2, 4])
    squares = []
    for _ in range(4):
        signs = generator.choice([-1.0, 1.0], size=(7, 3))
        active = signs @ second
        squares.append(
            [
                np.mean(g**2)
                for g in ((active * (1 - np.tanh(h) ** 2)) @ first, active * (1 - np.tanh(h) ** 2), active, signs)
            ]
        )
    assert list(layers["layer"].values) == ["input", "layer 1", "tanh 1", "layer 2"]
    np.testing.assert_allclose(layers["gradient"], np.mean(squares, axis=0), rtol=ROUNDING)
    np.testing.assert_allclose(layers["gradient_error"], np.std(squares, axis=0, ddof=1) / 2, rtol=1e-8, atol=1e-12)
    for row, activity in enumerate((x, h, np.tanh(h), y)):
        unit = activity / np.linalg.norm(activity, axis=1, keepdims=True)
        cosines = (unit @ unit.T)[np.triu_indices(7, 1)]
        spread = np.linalg.eigvalsh(np.cov(activity.T))
        expected = {
            "width": activity.shape[1], "second_moment": np.mean(activity**2), "variance": np.var(activity),
            "correlation": cosines.mean(), "participation_ratio": spread.sum() ** 2 / np.sum(spread**2),
        }  # fmt: skip
        for name, value in expected.items():
            assert layers[name].values[row] == pytest.approx(value, rel=1e-8), name
    assert layers["weight_variance"].values[1] == pytest.approx(4 * np.mean(first**2))
    assert layers["bias_variance"].values[1] == pytest.approx(np.mean(b**2))
    assert layers["bias_variance_times_fan_in"].values[1] == pytest.approx(4 * np.mean(b**2))


def test_the_theory_is_that_of_the_maps():
    """Variances, correlations and growth of a chain with biases, from the maps of the same room."""
    from ontogeny.propagation import correlation_map, variance_map

    rng = np.random.default_rng(0)
    layers = [rng.standard_normal((80, 80)) / 8 for _ in range(4)]
    biases = [0.3 * rng.standard_normal(80) for _ in range(4)]
    x = np.tile(rng.standard_normal((1, 80)), (5, 1))  # of one length, so that the theory has but one variance
    x *= np.where(np.arange(5)[:, None] % 2, 1.0, np.sign(rng.standard_normal((5, 80))))
    found = diagnose(layers, x, nonlinearity="erf", biases=biases).layers
    rows = np.flatnonzero(np.isfinite(found["weight_variance"].values))
    w, b = found["weight_variance"].values[rows], found["bias_variance"].values[rows]
    q = [w[0] * np.mean(x**2) + b[0]]
    c = [(w[0] * np.mean(x**2) * found["correlation"].values[0] + b[0]) / q[0]]
    for place in range(1, 4):
        q.append(variance_map(q[-1], "erf", w[place], b[place]))
        c.append(correlation_map(c[-1], "erf", w[place], b[place], variance=q[-2]))
    np.testing.assert_allclose(found["theory_second_moment"].values[rows], q, rtol=ROUNDING)
    np.testing.assert_allclose(found["theory_correlation"].values[rows], c, rtol=1e-9)
    slopes = w[1:] * 4 / np.pi / np.sqrt(1 + 4 * np.array(q[:-1]))
    np.testing.assert_allclose(found["chi_1"].values[rows][:-1], slopes, rtol=1e-9)
    np.testing.assert_allclose(
        found["theory_gradient"].values[rows], np.append(np.cumprod(slopes[::-1])[::-1], 1), rtol=1e-9
    )


def test_theory_and_measurement_agree_where_layers_are_very_wide():
    """At 1500 units variances and correlations are the theory's to some per cent, also with biases."""
    biases = [0.2 * np.random.default_rng(seed).standard_normal(1500) for seed in range(3)]
    found = diagnose(chain(1.5, 3, width=1500), batch(1500), nonlinearity="tanh", biases=biases).layers
    rows = np.isfinite(found["theory_correlation"].values)
    np.testing.assert_allclose(
        found["second_moment"].values[rows], found["theory_second_moment"].values[rows], rtol=0.04
    )
    np.testing.assert_allclose(found["correlation"].values[rows], found["theory_correlation"].values[rows], atol=0.02)


@pytest.mark.parametrize("units", ["tanh", "linear"])
@pytest.mark.parametrize("with_biases", [False, True])
def test_the_kernel_is_that_of_the_jacobian(units, with_biases):
    """Products with the kernel against all derivatives by the weights, taken by differences."""
    rng = np.random.default_rng(4)
    layers = [rng.standard_normal(shape) / 2 for shape in ((5, 4), (6, 5), (3, 6))]
    biases = [rng.standard_normal(each.shape[0]) / 4 for each in layers] if with_biases else None
    x = rng.standard_normal((4, 4))
    read = read_arrays(layers, x, units, biases, 3, 0)
    parameters = [*layers, *(biases or [])]

    def answers():
        return read_arrays(layers, x, units, biases, 3, 0).steps[-1].activity.ravel()

    columns = []
    for array in parameters:
        for place in np.ndindex(array.shape):
            at = array[place]
            array[place] = at + 1e-6
            above = answers()
            array[place] = at - 1e-6
            columns.append((above - answers()) / 2e-6)
            array[place] = at
    jacobian = np.array(columns).T
    kernel = np.array([read.kernel(row) for row in np.eye(12)])
    np.testing.assert_allclose(kernel, jacobian @ jacobian.T, atol=1e-8)
    limit = diagnose(layers, x, nonlinearity=units, biases=biases).theory.largest_learning_rate
    assert limit == pytest.approx(2 * 4 / np.linalg.norm(jacobian, 2) ** 2, rel=2e-3)


def test_steps_beyond_the_largest_learning_rate_run_away():
    """A linear network near an answer it can give: below the limit its error never grows, above it does."""
    rng = np.random.default_rng(7)
    start, x = [rng.standard_normal((6, 6)) / 3 for _ in range(2)], rng.standard_normal((20, 6))
    limit = diagnose(start, x).theory.largest_learning_rate
    nearby = x @ (start[1] @ start[0] + 1e-6 * rng.standard_normal((6, 6))).T
    for factor, grows in ((0.95, False), (1.05, True)):
        a, b = (each.copy() for each in start)
        losses = []
        for _ in range(300):
            off = x @ (b @ a).T - nearby
            losses.append(np.sum(off**2))
            gradient = off.T @ x / len(x)
            a, b = a - factor * limit * b.T @ gradient, b - factor * limit * gradient @ a.T
        assert bool(max(losses) > 10 * losses[0]) is grows  # in the end it may find flatter weights, and settle


@pytest.mark.parametrize(
    ("weights", "units", "words"),
    [
        (chain(0.8, 30), "tanh", ("Gradients vanish", "at the last layer is", "(ordered phase)", "1 is critical")),
        (chain(2.5, 30), "tanh", ("Gradients explode", "(chaotic phase)")),
        (orthogonal([WIDTH] * 13, seed=0), "linear", ("Signals and gradients keep their size", "this is critical")),
        (chain(2**0.5, 150), "relu", ("Examples become alike",)),
        ([1e3 * chain(1, 1)[0], chain(1, 1)[0]], "tanh", ("Signals grow: their mean square at 'layer 1' is",)),
        ([np.ones((8, 10)) / 5, np.ones((7, 8))], "tanh", ("fewer than 2 dimensions", "unlike independent ones")),
        ([chain(1, 1)[0], 1e200 * chain(1, 1)[0], 1e200 * chain(1, 1)[0]], "linear", ("no numbers any more",)),
    ],
)
def test_what_stands_out_is_said(weights, units, words):
    with np.errstate(all="ignore"):
        said = " ".join(diagnose(weights, batch(weights[0].shape[1], 40), nonlinearity=units).findings)
    for each in words:
        assert each in said, said


def test_widths_that_differ_are_part_of_the_theory():
    """Squared gradients per unit go with the ratio of widths, their length does not: and only that is said."""
    off = []
    for seed in range(8):
        network = gaussian([200, 400, 100, 300, 2], 1.0, seed=seed)
        network = [2**0.5 * layer / layer.shape[1] ** 0.5 for layer in network]
        found = diagnose(network, batch(200, 20), nonlinearity="relu")
        rows = np.isfinite(found.layers["theory_gradient"].values)
        off.append(np.log(found.layers["gradient"].values[rows] / found.layers["theory_gradient"].values[rows]))
        assert "Gradients vanish" not in " ".join(found.findings)
    assert np.all(np.abs(np.mean(off, axis=0)) < 0.4)  # a ratio of widths is 3 or more


def test_gradients_scatter_with_the_variances_that_shape_their_slopes():
    """Where slopes hang on variances (gelu), the band is far wider than that of draws at a fixed variance (relu)."""
    bands = []
    for units, gain in (("gelu", 1.4), ("relu", 2**0.5)):
        layers = diagnose(chain(gain, 12), batch(), nonlinearity=units).layers
        bands.append(layers["theory_gradient_band"].values[1] / layers["theory_gradient"].values[1])
    assert bands[0] > 1.6 * bands[1]


def test_dead_and_saturated_units_are_counted():
    x = np.abs(batch(10, 30))
    dead = diagnose([np.concatenate([np.eye(10)[:4], -np.eye(10)[:6]]), np.eye(10)], x, nonlinearity="relu")
    assert dead.layers["dead_or_saturated"].values[2] == pytest.approx(0.6)
    assert "60% of the units of 'relu 1' pass no gradient for any example." in dead.findings
    steep = diagnose([np.diag([5.6] * 10), np.eye(10)], np.ones((4, 10)) + 0.01 * batch(10, 4), nonlinearity="sigmoid")
    assert steep.layers["dead_or_saturated"].values[2] == 0.0  # slopes of .004, of .25 at most
    full = diagnose([np.diag([1.0] * 5 + [1e6] * 5), np.eye(10)], x, nonlinearity="tanh")
    assert full.layers["dead_or_saturated"].values[2] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (batch()[:1], "batch has one example, but how alike"),
        (np.ones((4, WIDTH)), "batch has 4 identical examples"),
        (np.full((4, WIDTH), np.nan), "batch has a number that is not finite"),
        (np.full((4, WIDTH), np.inf), "batch has a number that is not finite"),
        (batch() * 1j, "batch is of type ndarray, but it must hold real numbers"),
        ([["a"] * WIDTH] * 3, "batch is of type list, but it must hold real numbers"),
        ({"x": batch()}, "batch is a dictionary"),
        ([batch(), batch()], "batch holds 2 arrays, but one array goes into"),
        (np.ma.masked_less(batch(), 0), "batch has masked values"),
        (3.0, r"batch has the shape \(\)"),
        (np.zeros((0, 4)), r"batch has the shape \(0, 4\)"),
        (batch(7), "weights has an array of shape .* as layer 1, which receives 7 numbers"),
        (np.zeros((3, 4, 5)) + np.arange(3)[:, None, None], r"batch has the shape \(3, 4, 5\)"),
    ],
)
def test_refused_batches(given, match):
    with pytest.raises(InputError, match=match):
        diagnose(chain(1.0, 2), given, nonlinearity="tanh")


def test_correlations_of_few_inputs_are_those_of_theory():
    """Examples of unlike length: over draws, the mean correlation in layer 4 is the theory's."""
    x = np.random.default_rng(5).standard_normal((128, 20))
    off = []
    for seed in range(6):
        layers = diagnose(gaussian([20, *[300] * 4], 300**-0.5, seed=seed), x, nonlinearity="tanh").layers
        off.append(layers["correlation"].values[-1] - layers["theory_correlation"].values[-1])
    assert abs(np.mean(off)) < 0.01  # where a mean variance of unlike examples would be off by .03


def test_a_band_holds_where_units_come_last():
    """A single layer of rectified units: the scatter of its squared slope over draws is that of the band."""
    torch = pytest.importorskip("torch")
    ratios, band = [], 0.0
    for seed in range(60):
        torch.manual_seed(seed)
        network = torch.nn.Sequential(torch.nn.Linear(50, 40), torch.nn.ReLU())
        layers = diagnose(network, np.random.default_rng(seed).standard_normal((2, 50)), projections=3).layers
        ratios.append(layers["gradient"].values[1] / layers["theory_gradient"].values[1])
        band = layers["theory_gradient_band"].values[1] / layers["theory_gradient"].values[1]
    assert band == pytest.approx((1 / 40) ** 0.5, rel=0.02) and 0.4 * band < np.std(ratios) < 1.1 * band


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"projections": 2}, "projections is 2, but their scatter is measured"),
        ({"seed": -1}, "seed"),
        ({"nonlinearity": "foo"}, "nonlinearity is 'foo'"),
        ({"biases": [np.zeros(3)]}, "biases have the shapes"),
    ],
)
def test_refused_options(options, match):
    with pytest.raises(InputError, match=match):
        diagnose(chain(1.0, 2), batch(), **options)


def test_options_of_lists_are_refused_for_other_networks():
    for name, value in (("nonlinearity", "tanh"), ("biases", [np.zeros(3)])):
        with pytest.raises(InputError, match=f"{name} is about a list of weights"):
            diagnose(lambda x: x, batch(), **{name: value})


def test_the_table_has_a_row_for_every_step():
    found = diagnose(chain(1.4, 3), batch(), nonlinearity="tanh")
    frame = found.to_dataframe()
    assert list(frame["kind"]) == ["input", "linear", "tanh", "linear", "tanh", "linear"]
    assert {"layer", "width", "gradient", "theory_gradient", "weights"} <= set(frame)
    assert repr(found).startswith("Diagnosis(6 steps, chain): ") and found.theory.mean_field.phase == "chaotic"
    assert on.propagation.Diagnosis is type(found)


def test_many_examples_are_read_by_the_quantiles_of_their_size():
    x = batch(20, 3000) * np.random.default_rng(0).uniform(0.5, 2, (3000, 1))
    all_of_them = diagnose(chain(1.2, 3, width=20), x, nonlinearity="tanh").layers["theory_second_moment"].values
    w = diagnose(chain(1.2, 3, width=20), x[:5]).layers["weight_variance"].values[1:]
    q = w[0] * np.mean(x**2, axis=1)
    np.testing.assert_allclose(all_of_them[1], q.mean(), rtol=1e-2)  # 256 quantiles of 3000
    np.testing.assert_allclose(all_of_them[3], on.propagation.variance_map(q, "tanh", w[1]).mean(), rtol=1e-2)
