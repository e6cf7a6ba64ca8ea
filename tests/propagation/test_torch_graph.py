"""PyTorch modules of many kinds: which are chains, what their layers make and pass back, and that nothing is left."""

import warnings

import numpy as np
import pytest

from diagnosed_networks import chains, images, module, others, rows, words
from ontogeny import InputError
from ontogeny.propagation import diagnose

torch = pytest.importorskip("torch")
SINGLE = 2e-5  # relative; sums of some hundred numbers in single precision, computed in another order
COARSE = 2e-2  # the same in bfloat16, of 8 bits


@pytest.fixture(autouse=True)
def _same_weights():
    torch.manual_seed(0)


def kinds(found):
    return [str(kind) for kind in found.layers["kind"].values]


@pytest.mark.parametrize("name", list(chains(torch)))
def test_chains_are_known_however_they_are_written(name):
    network, batch, expected = chains(torch)[name]
    found = diagnose(network, batch)
    assert found.structure == "chain" and found.reason == "" and kinds(found) == expected
    assert found.theory is not None and "chi_1" in found.layers


@pytest.mark.parametrize("name", list(others(torch)))
def test_what_is_more_than_a_chain_gets_a_reason_and_no_theory(name):
    network, batch, reason = others(torch)[name]
    found = diagnose(network, batch)
    unknown = reason == "cannot be followed"
    assert found.structure == ("structure unknown" if unknown else "not a chain")
    assert reason in found.reason and f"the network {found.reason}." in found.findings[-1]
    assert found.theory is None and not [each for each in found.layers if "theory" in each or each == "chi_1"]
    assert np.all(np.isfinite(found.layers["second_moment"]))


def test_numbers_are_those_of_the_network_itself():
    """Activities and gradients of every layer, by hooks and autograd of the test's own."""
    network, batch, _ = chains(torch)["convolutions"]
    found = diagnose(network, batch, projections=3, seed=4).layers
    kept = []
    for layer in network:
        layer.register_forward_hook(lambda _, __, made: kept.append(made) or made.retain_grad())
    answer = network(torch.from_numpy(batch).requires_grad_())
    squares = []
    for signs in _signs(tuple(answer.shape), 3, 4):
        for each in kept:
            each.grad = None
        answer.backward(torch.from_numpy(signs).float(), retain_graph=True)
        squares.append([each.grad.double().square().mean().item() for each in kept])
    mean, error = np.mean(squares, axis=0), np.std(squares, axis=0, ddof=1) / np.sqrt(3)
    places = [0, 1, 2, 3, 5]  # without the change of shape
    np.testing.assert_allclose(found["gradient"].values[1:], mean[places], rtol=SINGLE)
    np.testing.assert_allclose(found["gradient_error"].values[1:], error[places], rtol=1e-3, atol=1e-9)
    moments = [kept[place].double().square().mean().item() for place in places]
    np.testing.assert_allclose(found["second_moment"].values[1:], moments, rtol=SINGLE)


def _signs(shape, count, seed):
    from ontogeny.propagation.reading import projections

    return projections(shape, count, seed)


def test_scales_and_biases_belong_to_their_layers():
    network, batch, _ = chains(torch)["products and scales"]
    found = diagnose(network, batch).layers
    weights, bias = network.w.detach().double().numpy() / 20**0.5, 0.3 * network.c.detach().double().numpy()
    assert found["weight_variance"].values[1] == pytest.approx(np.mean(weights**2) * 20, rel=SINGLE)
    assert found["bias_variance"].values[1] == pytest.approx(np.mean(bias**2), rel=SINGLE)
    assert found["bias_variance_times_fan_in"].values[1] == pytest.approx(20 * np.mean(bias**2), rel=SINGLE)
    doubled, batch, _ = chains(torch)["scaled activity"]  # its last layer sees activity that is twice as large
    last = diagnose(doubled, batch).layers["weight_variance"].values[-1]
    assert last == pytest.approx(4 * 30 * doubled.b.weight.detach().double().square().mean().item(), rel=SINGLE)


def test_layer_norm_hides_in_the_signal_what_gradients_show():
    """Signals of mean square 1 in every layer, while squared gradients grow by orders of magnitude."""
    layers = []
    for _ in range(30):
        layers += [torch.nn.Linear(128, 128), torch.nn.LayerNorm(128), torch.nn.Tanh()]
    found = diagnose(torch.nn.Sequential(*layers), rows(32, 128)).layers
    norms = found["kind"].values == "normalization"
    np.testing.assert_allclose(found["variance"].values[norms], 1.0, atol=1e-3)
    gradients = found["gradient"].values[norms]
    assert 30 < gradients[0] / gradients[-1] < 400


def test_the_network_is_afterwards_as_it_was():
    """Weights, gradients, buffers, attributes, mode, hooks and random states; of a network that changes them all."""

    def forward(net, x):
        net.calls += 1
        net.seen.mul_(0.5)
        net.fresh = x
        return net.b(net.norm(torch.dropout(net.a(x), 0.5, net.training)) + 0.01 * np.random.standard_normal())  # noqa: NPY002

    parts = dict(a=torch.nn.Linear(20, 30), norm=torch.nn.BatchNorm1d(30), b=torch.nn.Linear(30, 5), calls=0)
    network = module(torch, forward, **parts)
    network.register_buffer("seen", torch.ones(2))
    network.fresh = None
    network.a.register_forward_hook(lambda *_: None)
    network.b.eval()
    network(torch.from_numpy(rows())).sum().backward()
    held = {name: value.clone() for name, value in network.state_dict().items()}
    gradients = [each.grad.clone() for each in network.parameters()]
    modes = [each.training for each in network.modules()]
    hooks = [len(each._forward_hooks) for each in network.modules()]
    calls, fresh, numpy_state = network.calls, network.fresh, np.random.get_state()  # noqa: NPY002
    random = torch.get_rng_state()
    for frame in (torch.no_grad, torch.inference_mode, torch.enable_grad):
        with frame():
            diagnose(network, rows())
        assert all(torch.equal(held[name], value) for name, value in network.state_dict().items())
        assert all(torch.equal(a, b.grad) for a, b in zip(gradients, network.parameters(), strict=True))
        assert modes == [each.training for each in network.modules()]
        assert hooks == [len(each._forward_hooks) for each in network.modules()]
        assert network.calls == calls and network.fresh is fresh
        assert torch.equal(random, torch.get_rng_state())
        assert all(map(np.array_equal, numpy_state, np.random.get_state()))  # noqa: NPY002


def test_a_network_that_fails_is_left_as_it_was_too():
    network = module(torch, lambda net, x: net.b(net.norm(net.a(x))), a=torch.nn.Linear(20, 30),
                     norm=torch.nn.BatchNorm1d(30), b=torch.nn.Linear(7, 5))  # fmt: skip
    with pytest.raises(InputError, match=r"network does not run on this batch: RuntimeError: mat1 and mat2"):
        diagnose(network, rows())
    assert network.norm.num_batches_tracked == 0


def test_the_learning_rate_is_that_of_the_whole_jacobian():
    network, batch, _ = chains(torch)["convolutions"]
    network, batch = network.double(), batch.astype(float)
    found = diagnose(network, batch).theory
    parameters = dict(network.named_parameters())
    jacobian = torch.func.jacrev(lambda p: torch.func.functional_call(network, p, (torch.from_numpy(batch),)))(
        parameters
    )
    flat = torch.cat([each.reshape(80, -1) for each in jacobian.values()], dim=1).detach().numpy()
    largest = np.linalg.norm(flat, 2) ** 2 / len(batch)
    assert found.largest_learning_rate == pytest.approx(2 / largest, rel=2e-3)  # the tolerance of the eigenvalue


@pytest.mark.parametrize(
    "given",
    ["integers for an embedding", "not built", "quantized", "loss", "whole numbers out", "compiled", "without numbers"],
)
def test_refusals(given):
    nn = torch.nn
    network, batch, match = {
        "integers for an embedding": (
            nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 2)), np.arange(12).reshape(4, 3) % 9, "batch holds tokens",
        ),
        "not built": (nn.Sequential(nn.LazyLinear(4)), rows(), r"layer \(0.weight\) that is not built yet; call it"),
        "compiled": (_compiled(), rows(), "compiled by torch.jit; pass the"),
        "without numbers": (nn.Linear(20, 3, device="meta"), rows(), "on the meta device"),
        "quantized": (module(torch, lambda net, x: x, q=_quantized()), rows(), "quantized weights"),
        "loss": (module(torch, lambda net, x: net.a(x).mean(), a=nn.Linear(20, 3)), rows(), "leave out the loss"),
        "whole numbers out": (module(torch, lambda net, x: net.a(x).argmax(1), a=nn.Linear(20, 3)), rows(),
                              "gives no numbers that gradients"),
    }[given]  # fmt: skip
    with pytest.raises(InputError, match=match):
        diagnose(network, batch)


def _compiled():
    """A module of torch.jit, of which newer versions of PyTorch warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.jit.trace(torch.nn.Linear(20, 3), torch.zeros(2, 20))


def _quantized():
    """A module that says it is quantized, whatever this version of PyTorch still has of them."""
    made = type("Linear", (torch.nn.Module,), {"__module__": "torch.ao.nn.quantized.dynamic.modules.linear"})
    return made()


def test_half_precision_follows_double():
    network, batch, _ = chains(torch)["bfloat16"]
    coarse = diagnose(network, batch).layers
    fine = diagnose(network.double(), batch).layers
    np.testing.assert_allclose(coarse["second_moment"], fine["second_moment"], rtol=COARSE)
    np.testing.assert_allclose(coarse["gradient"], fine["gradient"], rtol=4 * COARSE)


@pytest.mark.parametrize("name", list(others(torch)))
def test_random_states_stay_whatever_is_run(name):
    network, batch, _ = others(torch)[name]
    before = torch.get_rng_state()
    diagnose(network, batch)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("what", ["weight", "bias"])
def test_networks_with_unknown_numbers_are_measured(what):
    network, batch, _ = chains(torch)["sequential"]
    getattr(network[0], what).data.ravel()[0] = float("nan")
    found = diagnose(network, batch)
    assert found.structure == "not a chain" and "no finite numbers ('0')" in found.reason
    assert found.findings[0] == "Signals are no numbers any more from '0' on."


def test_a_pending_way_back_is_not_disturbed():
    network = torch.nn.Sequential(torch.nn.Linear(20, 8), torch.nn.BatchNorm1d(8), torch.nn.Tanh())
    loss = network(torch.from_numpy(rows())).sum()
    held = network[1].running_mean
    diagnose(network, rows())
    loss.backward()
    assert network[1].running_mean is held and network[1].num_batches_tracked == 1


def test_only_the_first_of_several_answers_is_followed_and_that_is_said():
    network = module(torch, lambda net, x: (net.b(torch.tanh(net.a(x))), 10 * net.a(x)),
                     a=torch.nn.Linear(20, 30), b=torch.nn.Linear(30, 3))  # fmt: skip
    alone = module(torch, lambda net, x: net.b(torch.tanh(net.a(x))), a=network.a, b=network.b)
    found = diagnose(network, rows())
    assert found.findings[-1] == "The network has several answers, of which the first is followed."
    np.testing.assert_array_equal(found.layers["gradient"], diagnose(alone, rows()).layers["gradient"])


def test_rows_of_unfollowed_networks_are_what_layers_give():
    """In evaluation mode, with a function between two modules: the row of the first is not what the second gives."""
    torch.manual_seed(1)
    layer = torch.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).eval()
    kept = []
    layer.linear1.register_forward_hook(lambda *each: kept.append(each[2].detach().double()))
    found = diagnose(layer, words()).layers.sel(layer="linear1")
    assert float(found["second_moment"]) == pytest.approx(kept[0].square().mean().item(), rel=SINGLE)


@pytest.mark.parametrize("traced", [True, False])
def test_units_that_write_in_place_hide_nothing(traced):
    """Sums, activity and gradients are those of the same network that writes nowhere."""

    def forward(net, x):
        if not traced and float(x.detach().sum()) > 1e9:
            x = 2 * x
        return net.b(net.unit(net.a(x)))

    parts = dict(a=torch.nn.Linear(20, 30), b=torch.nn.Linear(30, 3))
    one, other = (
        diagnose(module(torch, forward, unit=torch.nn.ReLU(inplace=inplace), **parts), rows()).layers
        for inplace in (True, False)
    )
    assert list(one["kind"].values) == ["input", "linear", "relu", "linear"]
    for column in one:
        np.testing.assert_array_equal(one[column], other[column])


def test_images_need_no_flattening():
    found = diagnose(chains(torch)["convolutions"][0], images()).layers
    assert [int(width) for width in found["width"].values] == [432, 1152, 1152, 200, 200, 10]


@pytest.mark.parametrize("draw", ["numpy", "python"])
def test_random_numbers_of_other_libraries_are_seen_too(draw):
    import random

    draws = {"numpy": lambda: float(np.random.standard_normal()), "python": random.random}[draw]  # noqa: NPY002
    parts = dict(a=torch.nn.Linear(20, 30), b=torch.nn.Linear(30, 3))
    network = module(torch, lambda net, x: net.b(torch.tanh(net.a(x) * (1 + 0.1 * draws()))), **parts)
    assert "random numbers" in diagnose(network, rows()).reason


def test_what_is_added_to_each_example_by_itself_is_no_bias():
    added = torch.randn(24, 30)
    parts = dict(a=torch.nn.Linear(20, 30), b=torch.nn.Linear(30, 3))
    network = module(torch, lambda net, x: net.b(torch.tanh(net.a(x) + added)), **parts)
    assert "treats examples differently" in diagnose(network, rows()).reason
