"""PyTorch modules and JAX parameters at the critical point: variances, signals that reach the end, and refusals."""

import subprocess
import sys

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.networks.initialization import gaussian
from ontogeny.propagation import recommended

SAMPLED = 0.1  # relative; variances of some thousand weights


def deep(torch, width=200, depth=60, unit=None):
    layers = [torch.nn.Linear(50, width)]
    for _ in range(depth):
        layers += [(unit or torch.nn.Tanh)(), torch.nn.Linear(width, width)]
    return torch.nn.Sequential(*layers, torch.nn.Linear(width, 10))


@pytest.mark.parametrize("weights", ["orthogonal", "gaussian"])
@pytest.mark.parametrize("unit", ["Tanh", "ReLU", "GELU"])
def test_gradients_reach_the_first_layer(weights, unit):
    """Squared gradients change little over 60 layers; from PyTorch's own start they vanish by many orders."""
    torch = pytest.importorskip("torch")
    from ontogeny.propagation.torch import initialize

    def growth(network):
        x = torch.from_numpy(np.random.default_rng(0).standard_normal((64, 50)).astype("float32"))
        network(x).square().mean().backward()
        first, last = (network[place].weight.grad.square().mean().item() for place in (2, -2))
        return np.log(first / last + 1e-30)  # below what single precision holds

    kind = getattr(torch.nn, unit)
    assert abs(growth(initialize(deep(torch, unit=kind), weights=weights, seed=1))) < 4
    assert growth(deep(torch, unit=kind)) < -20


def test_torch_layers_have_the_recommended_variances():
    torch = pytest.importorskip("torch")
    from ontogeny.propagation.torch import initialize

    found = recommended("gelu")
    network = torch.nn.Sequential(
        torch.nn.Conv2d(3, 16, 5), torch.nn.GELU(), torch.nn.Flatten(), torch.nn.Linear(90, 70)
    )
    network.append(torch.nn.LayerNorm(70))
    state = torch.get_rng_state()
    assert initialize(network, weights="gaussian", seed=1) is network
    assert torch.equal(torch.get_rng_state(), state)
    for layer, into in ((network[0], 75), (network[3], 90)):
        assert layer.weight.detach().numpy().var() * into == pytest.approx(found.weight_variance, rel=3 * SAMPLED)
    biases = np.concatenate([layer.bias.detach().numpy() for layer in (network[0], network[3])])
    assert biases.var() == pytest.approx(found.bias_variance, rel=0.5)
    assert torch.equal(network[4].weight, torch.ones(70))  # norms are left alone
    wide = initialize(torch.nn.Sequential(torch.nn.Linear(20, 80)), "tanh")[0].weight.detach().numpy()
    np.testing.assert_allclose(wide.T @ wide, 4 * np.eye(20), atol=1e-5)
    first = [parameter.clone() for parameter in initialize(network, seed=3).parameters()]
    again = list(initialize(network, seed=3).parameters())
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))


def test_what_cannot_be_initialized_in_torch_gets_a_sentence():
    torch = pytest.importorskip("torch")
    from ontogeny.propagation.torch import initialize

    nn = torch.nn
    for module, options, said in [
        (3, {}, "module is of type int, but a torch.nn.Module is needed"),
        (nn.Sequential(nn.Tanh()), {}, "has no linear or convolutional layer"),
        (nn.Sequential(nn.Linear(3, 3)), {}, "no activation module that is known; name the nonlinearity"),
        (nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.ReLU()), {}, "units of several kinds"),
        (nn.Sequential(nn.LazyLinear(3), nn.Tanh()), {}, "not built yet; call it on a batch first"),
        (nn.Sequential(nn.Linear(3, 3), nn.Tanh()), {"weights": "uniform"}, "weights is 'uniform'"),
        (nn.Sequential(nn.Linear(3, 3), nn.ReLU()), {"bias_variance": 0.1}, "bias_variance is 0.1, at which"),
    ]:
        with pytest.raises(InputError, match=said):
            initialize(module, **options)


@pytest.mark.parametrize("kind", ["flax", "haiku", "pairs"])
def test_jax_parameters_have_the_recommended_variances(kind):
    jax = pytest.importorskip("jax")
    from ontogeny.propagation.jax import initialize

    first, second = (jax.numpy.asarray(layer.T, dtype="float32") for layer in gaussian([30, 90, 60], 1.0, 0))
    zeros = [jax.numpy.zeros(n, dtype="float32") for n in (90, 60)]
    layout = None
    if kind == "flax":
        layers = {"Dense_0": {"kernel": first, "bias": zeros[0]}, "Dense_1": {"kernel": second, "bias": zeros[1]}}
        given = {"params": layers, "norm": {"scale": zeros[0] + 1}}
    elif kind == "haiku":
        given = {"linear": {"w": first, "b": zeros[0]}, "linear_1": {"w": second, "b": zeros[1]}}
    else:
        given, layout = [(first, zeros[0]), (second, zeros[1])], "in_out"
    new = initialize(given, "tanh", bias_variance=0.05, layout=layout, seed=2)
    found = recommended("tanh", bias_variance=0.05)
    leaves = jax.tree_util.tree_leaves(new)
    assert [leaf.shape for leaf in leaves] == [leaf.shape for leaf in jax.tree_util.tree_leaves(given)]
    assert all(leaf.dtype == "float32" for leaf in leaves)
    matrices = [np.asarray(leaf) for leaf in leaves if leaf.ndim == 2]
    for matrix in matrices:  # (in, out): orthogonal in the narrower direction, units of the weight variance
        narrow = matrix @ matrix.T if matrix.shape[0] < matrix.shape[1] else matrix.T @ matrix
        size = found.weight_variance * max(1, matrix.shape[1] / matrix.shape[0])
        np.testing.assert_allclose(narrow, size * np.eye(len(narrow)), atol=1e-4)
    if kind == "flax":
        assert np.array_equal(new["norm"]["scale"], np.ones(90))
        assert np.var(new["params"]["Dense_0"]["bias"]) == pytest.approx(0.05, rel=0.5)


def test_equinox_modules_are_known():
    pytest.importorskip("jax")
    equinox = pytest.importorskip("equinox")
    import jax

    from ontogeny.propagation.jax import initialize

    network = equinox.nn.Linear(20, 50, key=jax.random.key(0))
    weight = np.asarray(initialize(network, "relu").weight)
    np.testing.assert_allclose(weight.T @ weight, 2 * 50 / 20 * np.eye(20), atol=1e-4)


def test_jax_parameters_of_unknown_layout_are_asked_about():
    jax = pytest.importorskip("jax")
    from ontogeny.propagation.jax import initialize

    pair = [(jax.numpy.ones((3, 3)), jax.numpy.zeros(3))]
    with pytest.raises(InputError, match=r"matrix\[0\]\[0\] of shape \(3, 3\) without a name .* write layout='in_out'"):
        initialize(pair, "tanh")
    with pytest.raises(InputError, match="have no weights to initialize"):
        initialize({"scale": jax.numpy.ones(3)}, "tanh")
    with pytest.raises(InputError, match="layout is 'rows'"):
        initialize(pair, "tanh", layout="rows")


def test_neither_framework_is_imported_before_it_is_used():
    code = (
        "import sys, ontogeny.propagation, ontogeny.propagation.torch, ontogeny.propagation.jax;"
        "sys.exit(bool({'torch', 'jax'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
