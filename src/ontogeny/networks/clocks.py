r"""Learning time of networks trained elsewhere: after steps on another loss, with momentum or in batches.

Time here is :math:`\tau\,dW/dt = -\partial \mathcal L/\partial W` with half the squared error, added or averaged as the
world's normalization says. A loss that is c times as large runs c times as fast.
"""

from __future__ import annotations

import numpy as np

from .._core.arrays import ArrayLike, on_host
from .._core.checks import InputError, expect, finite, one_of, positive, whole
from ..environments.environment import Environment

LOSSES = ("mean", "sum", "half_sum", "item_mean", "half_item_mean")
EQUAL = 1e-9  # relative difference of the weights of items that is rounding


def time_of_steps(
    steps: ArrayLike,
    environment: Environment,
    learning_rate: float,
    *,
    loss: str = "mean",
    momentum: float = 0.0,
    batch_size: int | None = None,
) -> np.ndarray:
    r"""Learning time after steps of gradient descent on another loss than half the squared error.

    .. math:: t = \frac{\eta}{1 - \beta}\,n\,\frac{c}{w}

    with :math:`c` the loss's factor on the sum of half squared errors over all cells, :math:`w` that of the world.

    Derived for this package; no printed source is known.

    Checked by: tests/networks/test_clocks.py::test_training_on_any_loss_is_laid_over_the_theory

    Parameters
    ----------
    steps : array, shape (times,)
        Numbers :math:`n` of steps, from 0 on.
    environment : Environment
        The world that was learned, with items; the network received `environment.inputs`.
    learning_rate : float
        Learning rate :math:`\eta` of plain gradient descent.
    loss : str
        What was minimized, of squared errors:

        - "mean": over all cells of a batch, as `torch.nn.MSELoss()`: :math:`c = 2/(features \times items)`;
        - "sum": as `torch.nn.MSELoss(reduction="sum")`: :math:`c = 2`;
        - "half_sum": :math:`c = 1`;
        - "item_mean": summed over features, averaged over items: :math:`c = 2/items`;
        - "half_item_mean": half of that, :math:`c = 1/items`.
    momentum : float
        Heavy-ball or Nesterov momentum :math:`\beta`, below 1.
    batch_size : int, optional
        Items in each batch, all by default. Sums are over the batch.

    Returns
    -------
    array, shape (times,)
        Times [unit of tau].

    Raises
    ------
    InputError
        A world without items or with unequal frequencies, which a plain loss ignores; numbers out of range.

    Notes
    -----
    Exact in the limit of small steps. With momentum only for modes much slower than the memory of
    :math:`1/(1 - \beta)` steps; batches only on average. Adam and related optimizers rescale every weight
    separately: they do not follow the gradient flow, and have no such clock.

    Examples
    --------
    A thousand steps of `torch.optim.SGD(lr=0.1)` on `torch.nn.MSELoss()`, 8 items with 36 features:

    >>> import ontogeny as on
    >>> time_of_steps([0, 1000], on.datasets.load("rumelhart"), 0.1).round(3).tolist()
    [0.0, 0.694]
    """
    expect(environment, Environment, "environment", "pass the world that the network learned from")
    one_of(loss, LOSSES, "loss")
    count = np.asarray(on_host(steps), dtype=float)
    if not np.all(np.isfinite(count)) or np.any(count < 0):
        raise InputError("steps", f"are {steps!r}, but training takes a finite number of them", "write 0 or more")
    rate = positive(learning_rate, "learning_rate", "a learning rate must be positive")
    beta = finite(momentum, "momentum")
    if not 0 <= beta < 1:
        raise InputError("momentum", f"is {momentum!r}, but it must lie between 0 and 1", "write 0 or more, below 1")
    weight = _item_weight(environment)
    items, cells = environment.samples.targets.shape[0], environment.samples.targets.size
    batch = items if batch_size is None else whole(batch_size, "batch_size", 1, "a batch has at least one item")
    if batch > items:
        raise InputError("batch_size", f"is {batch_size!r}, but there are {items} items", f"write {items} or less")
    factor = {
        "mean": 2 / (cells - environment.samples.missing),
        "sum": 2 * batch / items,
        "half_sum": batch / items,
        "item_mean": 2 / items,
        "half_item_mean": 1 / items,
    }[loss]
    return rate / (1 - beta) * count * factor / weight


def _item_weight(environment: Environment) -> float:
    if environment.data is None:
        raise InputError(
            "environment",
            "is known by its correlations alone, but a loss is a sum over items",
            "use Environment.from_arrays or from_dataframe",
        )
    weights = environment.samples.weights
    if np.ptp(weights) > EQUAL * weights.max():
        raise InputError(
            "environment",
            "has items of unequal frequencies, but a plain loss weighs all alike",
            "pass the world without frequencies, or train on a weighted loss: t is then learning rate times steps",
        )
    return float(weights.mean())
