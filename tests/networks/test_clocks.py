"""Other people's clocks: networks trained on their losses, laid over the theory."""

import numpy as np
import pytest

from ontogeny import Environment, InputError, Trajectory, datasets
from ontogeny.networks import evolve, time_of_steps
from ontogeny.networks.clocks import LOSSES
from ontogeny.networks.initialization import gaussian
from worlds import TOY, aligned, gapped

STEPPED = 0.01  # of the largest strength: steps at a hundredth of the limit against the flow
NORMALIZATIONS = ("sum", "mean", "white")


def world(normalization):
    return Environment.from_dataframe(TOY.astype(float), normalization=normalization)


def slopes(loss, weights, x, y):
    """Gradients of a loss as it is written down, on a batch."""
    first, second = weights
    errors = x @ first.T @ second.T - y
    by = {"mean": 2 / errors.size, "sum": 2.0, "half_sum": 1.0, "item_mean": 2 / len(x), "half_item_mean": 1 / len(x)}
    errors = by[loss] * errors
    return [second.T @ errors.T @ x, errors.T @ (x @ first.T)]


def trained(environment, loss, rate, steps, momentum=0.0):
    x, y = environment.inputs, environment.targets
    weights = gaussian([x.shape[1], 5, y.shape[1]], 0.1, 0)
    speed, kept = [np.zeros_like(layer) for layer in weights], []
    for step in range(steps[-1] + 1):
        if step in steps:
            kept.append([layer.copy() for layer in weights])
        speed = [momentum * v - rate * g for v, g in zip(speed, slopes(loss, weights, x, y), strict=True)]
        weights = [layer + v for layer, v in zip(weights, speed, strict=True)]
    return kept


def off(environment, times, kept):
    """Largest distance of the trained strengths from those of the flow from the same weights."""
    found = Trajectory.from_weights(environment, times, kept)
    flow = evolve(kept[0], environment.input_output_correlation, environment.input_correlation, times=times)
    expected = Trajectory.from_evolution(environment, flow).dataset["mode_strength"]
    return float(np.abs(found.dataset["mode_strength"].values[0] - expected).max() / expected.max())


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_training_on_any_loss_is_laid_over_the_theory(loss, normalization):
    environment = world(normalization)
    unit = time_of_steps([1], environment, 1.0, loss=loss)[0]
    modes = environment.spectrum()
    rate = 0.005 / (unit * modes.singular_values[0])
    steps = list(range(0, 2001, 400))
    times = time_of_steps(steps, environment, rate, loss=loss)
    assert off(environment, times, trained(environment, loss, rate, steps)) < STEPPED


def test_momentum_runs_as_much_faster():
    environment = world("sum")
    steps = list(range(0, 5001, 1000))
    kept = trained(environment, "mean", 0.0003, steps, momentum=0.9)  # its memory of ten steps is 0.0002 tau
    assert off(environment, time_of_steps(steps, environment, 0.0003, momentum=0.9), kept) < STEPPED
    assert off(environment, time_of_steps(steps, environment, 0.0003), kept) > 10 * STEPPED


def test_the_loss_of_pytorch_is_the_mean_over_cells(torch):
    environment = world("sum")
    x, y = (torch.tensor(part) for part in (environment.inputs, environment.targets))
    first, second = (torch.nn.Parameter(torch.tensor(layer)) for layer in gaussian([4, 5, 7], 0.1, 0))
    descent, kept, steps = torch.optim.SGD([first, second], lr=0.03), [], list(range(0, 1501, 300))
    for step in range(steps[-1] + 1):
        if step in steps:
            kept.append([p.detach().clone() for p in (first, second)])
        descent.zero_grad()
        torch.nn.MSELoss()(x @ first.T @ second.T, y).backward()
        descent.step()
    times = time_of_steps(steps, environment, 0.03)
    np.testing.assert_allclose(times, np.array(steps) * 0.03 * 2 / (4 * 7))
    assert off(environment, times, kept) < STEPPED


def test_batches_of_a_sum_are_smaller_and_those_of_a_mean_are_not():
    environment = datasets.load("rumelhart")
    halves = {loss: time_of_steps([8], environment, 0.1, loss=loss, batch_size=4)[0] for loss in LOSSES}
    whole = {loss: time_of_steps([8], environment, 0.1, loss=loss)[0] for loss in LOSSES}
    ratios = {loss: float(halves[loss] / whole[loss]) for loss in LOSSES}
    assert ratios == {"mean": 1.0, "sum": 0.5, "half_sum": 0.5, "item_mean": 1.0, "half_item_mean": 1.0}


def test_a_mean_over_observed_cells_is_over_those():
    environment = gapped()
    assert time_of_steps([1], environment, 1.0)[0] == pytest.approx(2 / 26)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"steps": [-1]}, r"steps are \[-1\], but training takes a finite number"),
        ({"steps": [np.nan]}, "steps are .*; write 0 or more"),
        ({"learning_rate": 0}, "learning_rate is 0, but a learning rate must be positive"),
        ({"momentum": 1}, "momentum is 1, but it must lie between 0 and 1"),
        ({"loss": "MSE"}, "loss is 'MSE', but it must be one of 'mean', 'sum'"),
        ({"batch_size": 5}, "batch_size is 5, but there are 4 items; write 4 or less"),
        ({"environment": aligned()[0]}, "environment is known by its correlations alone"),
        (
            {"environment": Environment.from_dataframe(TOY, frequency=[1, 2, 3, 4])},
            "environment has items of unequal frequencies",
        ),
    ],
)
def test_what_has_no_clock_is_refused(arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        time_of_steps(**{"environment": world("sum"), "steps": [1], "learning_rate": 0.1, **arguments})
