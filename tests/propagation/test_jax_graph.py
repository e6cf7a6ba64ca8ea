"""Functions of JAX of many kinds: which are chains, that their numbers are those of PyTorch's twin, and refusals."""

import numpy as np
import pytest

from diagnosed_networks import rows
from ontogeny import InputError
from ontogeny.propagation import diagnose

jax = pytest.importorskip("jax")
jnp, nn, lax = jax.numpy, jax.nn, jax.lax
SINGLE = 2e-5  # relative; sums of some hundred numbers in single precision, computed in another order
DRAW = np.random.default_rng(0)
W, V = (jnp.asarray(DRAW.standard_normal(shape) / 4.5, dtype="float32") for shape in ((20, 20), (20, 20)))
B = jnp.asarray(DRAW.standard_normal(20) / 5, dtype="float32")
KERNEL = jnp.asarray(DRAW.standard_normal((6, 3, 3, 3)) / 5, dtype="float32")


def between(units):
    return lambda x: units(x @ W + B) @ V


def normalized(h):
    return (h - h.mean(-1, keepdims=True)) / jnp.sqrt(h.var(-1, keepdims=True) + 1e-6)


UNITS = {
    "tanh": jnp.tanh, "relu": nn.relu, "silu": nn.silu, "gelu": lambda h: nn.gelu(h, approximate=False),
    "gelu (by tanh)": nn.gelu, "leaky_relu": nn.leaky_relu, "elu": nn.elu, "selu": nn.selu, "softplus": nn.softplus,
    "sigmoid": nn.sigmoid, "relu6": nn.relu6, "hard_tanh": nn.hard_tanh, "erf": lax.erf,
}  # fmt: skip
WRITTEN_OUT = {
    "silu": lambda h: h / (1 + jnp.exp(-h)),
    "relu": lambda h: jnp.where(h > 0, h, 0.0),
    "gelu": lambda h: 0.5 * h * (1 + lax.erf(h / np.sqrt(2))),
    "leaky_relu(0.2)": lambda h: jnp.maximum(h, 0.2 * h),
}


def kinds(found):
    return [str(kind) for kind in found.layers["kind"].values]


@pytest.mark.parametrize("name", list(UNITS))
def test_units_are_known(name):
    found = diagnose(between(UNITS[name]), rows())
    assert kinds(found) == ["input", "linear", name, "linear"] and found.structure == "chain"


@pytest.mark.parametrize("name", list(WRITTEN_OUT))
def test_units_are_known_by_what_they_do(name):
    assert kinds(diagnose(between(WRITTEN_OUT[name]), rows())) == ["input", "linear", name, "linear"]


CHAINS = {
    "compiled": jax.jit(between(jnp.tanh)),
    "recomputed": jax.checkpoint(between(jnp.tanh)),
    "one example at a time": jax.vmap(lambda x: V @ jnp.tanh(W @ x + B)),
    "sums by index": lambda x: jnp.einsum("bi,oi->bo", jnp.tanh(jnp.einsum("bi,io->bo", x, W) + B), V),
    "scaled": lambda x: (jnp.tanh(x @ (4.5 * W) / 4.5 + B)) @ V,
    "several answers": lambda x: {"y": between(jnp.tanh)(x), "z": 0 * x},
}


@pytest.mark.parametrize("name", list(CHAINS))
def test_chains_are_known_however_they_are_written(name):
    found = diagnose(CHAINS[name], rows())
    assert kinds(found) == ["input", "linear", "tanh", "linear"] and found.structure == "chain"
    assert found.layers["weight_variance"].values[1] == pytest.approx(20 * np.mean(np.square(W)), rel=SINGLE)
    assert found.layers["bias_variance"].values[1] == pytest.approx(float(np.mean(np.square(B))), rel=SINGLE)


def test_a_scale_multiplies_the_bias_too():
    found = diagnose(lambda x: jnp.tanh(3 * (x @ W + B)) @ V, rows()).layers
    assert found["bias_variance"].values[1] == pytest.approx(9 * float(np.mean(np.square(B))), rel=SINGLE)
    assert found["weight_variance"].values[1] == pytest.approx(9 * 20 * np.mean(np.square(W)), rel=SINGLE)


def test_operations_that_change_nothing_are_no_step():
    def same(h):
        return (h + jnp.abs(h)) / 2 - (jnp.abs(h) - h) / 2

    assert kinds(diagnose(lambda x: jnp.tanh(same(x @ W)) @ V, rows())) == ["input", "linear", "tanh", "linear"]


def test_short_numbers_are_no_reason_to_take_one_unit_for_another():
    short = jnp.bfloat16
    found = diagnose(lambda x: jnp.tanh(x.astype(short) @ W.astype(short)) @ V.astype(short), rows())
    assert kinds(found) == ["input", "linear", "tanh", "linear"]


def test_examples_are_found_where_their_number_is_that_of_the_units():
    """With as many examples as units the axis of examples is told by what changes with the first of them."""
    transposed = diagnose(lambda x: (V @ jnp.tanh(W @ x.T + B[:, None])).T, rows(20)).layers
    plain = diagnose(lambda x: jnp.tanh(x @ W.T + B) @ V.T, rows(20)).layers
    for column in ("second_moment", "correlation", "participation_ratio", "gradient", "dead_or_saturated"):
        np.testing.assert_allclose(transposed[column], plain[column], rtol=1e-3, atol=1e-5)


@jax.custom_vjp
def straight(h):
    return jnp.maximum(h, 0)


straight.defvjp(lambda h: (straight(h), None), lambda _, gradient: (gradient,))
MASK = jax.random.bernoulli(jax.random.PRNGKey(0), 0.5, (24, 20))


def test_weights_are_read_from_either_side():
    """Orthogonal weights that are not square, left and right of the signal."""
    frame = jnp.asarray(np.linalg.qr(DRAW.standard_normal((20, 8)))[0], dtype="float32")
    for network in (lambda x: jnp.tanh(x @ frame) @ frame.T[:, :5], lambda x: (frame[:5] @ jnp.tanh(frame.T @ x.T)).T):
        found = diagnose(network, rows()).layers
        assert found["weights"].values[1] == "orthogonal" and list(found["width"].values) == [20, 8, 8, 5]
        assert found["weight_variance"].values[1] == pytest.approx(20 / 20, rel=SINGLE)


OTHERS = {
    "gradients of its own": (between(straight), "no theory here"),
    "stopped gradients": (lambda x: lax.stop_gradient(jnp.tanh(x @ W)) @ V, "about ('stop_gradient'"),
    "stopped after a layer": (lambda x: jnp.tanh(lax.stop_gradient(x @ W)) @ V, "about ('stop_gradient'"),
    "dropout": (lambda x: (jnp.tanh(x @ W) * MASK) @ V, "differently, as dropout does"),
    "dropout of inputs": (lambda x: jnp.tanh((x * MASK) @ W) @ V, "differently, as dropout does"),
    "endless loop": (
        lambda x: lax.while_loop(lambda v: v[1] < 3, lambda v: (jnp.tanh(v[0] @ W), v[1] + 1), (x, 0))[0],
        "recurrent",
    ),
    "unknown numbers": (lambda x: jnp.tanh(x @ (jnp.nan * W)) @ V, "no finite numbers"),
    "residual": (lambda x: x + between(jnp.tanh)(x), "adds signals"),
    "gated": (lambda x: (nn.sigmoid(x @ W) * (x @ V)) @ V, "multiplies signals"),
    "joined": (lambda x: jnp.concatenate([x, jnp.tanh(x @ W)], 1) @ jnp.concatenate([W, V]), "joins signals"),
    "normalized": (lambda x: jnp.tanh(normalized(x @ W)) @ V, "normalization"),
    "attention": (lambda x: nn.softmax((x @ W) @ (x @ V).T) @ x, "attention"),
    "recurrent": (
        lambda x: lax.scan(lambda h, t: (jnp.tanh(h @ W + t @ V), None), x, jnp.stack([x, x]))[0] @ V, "recurrent",
    ),
    "tied": (lambda x: jnp.tanh(x @ W) @ W.T, "same weights twice"),
    "mask": (lambda x: (jnp.tanh(x @ W) * jnp.asarray(DRAW.integers(0, 2, 20))) @ V, "shifts or scales"),
    "unknown unit": (between(jnp.sin), "no theory here"),
    "condition": (lambda x: lax.cond(x.sum() > 0, lambda x: x @ W, lambda x: x @ V, x), "no theory here"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(OTHERS))
def test_what_is_more_than_a_chain_gets_a_reason_and_no_theory(name):
    network, reason = OTHERS[name]
    found = diagnose(network, rows())
    assert found.structure == "not a chain" and reason in found.reason
    assert found.theory is None and not [each for each in found.layers if "theory" in each or each == "chi_1"]


def test_a_convolution_is_that_of_pytorch():
    """Same kernel, same images: same numbers, also of gradients and of the learning rate."""
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(5).standard_normal((8, 3, 10, 10)).astype("float32")
    last = np.random.default_rng(6).standard_normal((4, 384)).astype("float32") / 20

    def network(x):
        made = lax.conv_general_dilated(x, KERNEL, (1, 1), "VALID", dimension_numbers=("NCHW", "OIHW", "NCHW"))
        return nn.relu(made + B[:6, None, None]).reshape(len(x), -1) @ last.T

    twin = torch.nn.Sequential(
        torch.nn.Conv2d(3, 6, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(384, 4, bias=False)
    )
    with torch.no_grad():
        twin[0].weight.copy_(torch.from_numpy(np.array(KERNEL)))
        twin[0].bias.copy_(torch.from_numpy(np.array(B[:6])))
        twin[3].weight.copy_(torch.from_numpy(last))
    ours, theirs = diagnose(network, x), diagnose(twin, x)
    assert kinds(ours) == kinds(theirs) == ["input", "convolution", "relu", "linear"]
    for column in ours.layers:
        np.testing.assert_allclose(
            ours.layers[column], theirs.layers[column], rtol=2e-4, atol=1e-6, err_msg=str(column)
        )
    assert ours.theory.largest_learning_rate == pytest.approx(theirs.theory.largest_learning_rate, rel=2e-3)


@pytest.mark.parametrize(
    ("network", "match"),
    [
        (
            {"w": W},
            r"type dict, which does not run by itself; pass .* diagnose\(lambda x: model.apply\(parameters, x\)",
        ),
        ([(W, B)], r"is a list of other things than matrices; pass weights \(out, in\) alone, and biases"),
        ("tanh", "type str, which does not run"),
        (lambda x: x @ W[:3], "network does not run on this batch: TypeError"),
        (lambda x: W @ x, r"jax.vmap\(network\)"),
        (lambda x: jnp.mean(x @ W), "leave out the loss"),
        (lambda x: W, "no numbers that hang on its inputs"),
        (lambda x: None, "no numbers that hang on its inputs"),
        (lambda x: (x @ W).argmax(1), "no numbers that hang on its inputs"),
    ],
)
def test_refusals(network, match):
    with pytest.raises(InputError, match=match):
        diagnose(network, rows())


def test_without_jax_a_function_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "jax", None)
    with pytest.raises(InputError, match=r"JAX is not installed; write pip install 'ontogeny\[jax\]'"):
        diagnose(between(jnp.tanh), rows())
