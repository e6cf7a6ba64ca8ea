"""Perceptual learning from single trials: noisy answers one by one, and what drifts after performance has settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, positive, whole
from .._core.progress import track
from ..validity import Assumption, Validity
from .perception import PerceptualLearning, perceptual_learning

BLOCK = 500  # trials that are drawn at once
MOST_TRIALS = 1e7  # a few minutes
DRIFTED = 0.05  # of a gain, beside the limit of small steps


def single_trial_learning(
    time: ArrayLike, *, learning_rate: float, seed: int = 0, **options: Any
) -> PerceptualLearning:
    r"""Train a network of plastic layers on a fine discrimination, one noisy trial after the other.

    On every trial one of the two orientations is drawn, noise is added to the population (and after each layer, where
    there is any), and all weights move by the gradient of half the squared error of this trial.

    Derived for this package; no printed source is known.

    Checked by: tests/plasticity/test_trials.py::test_small_steps_lead_to_the_flow

    Parameters
    ----------
    time : array, shape (times,)
        Increasing, from 0 on, each the nearest whole number of trials [learning rate times trials, times `tau`].
    learning_rate : float
        Step size of a trial.
    seed : int
        Of the trials.
    **options
        As for `perceptual_learning`.

    Returns
    -------
    PerceptualLearning
        Its ``method`` is "single trials"; its ``validity`` says how far the gains are from the limit of small steps.

    Raises
    ------
    InputError
        A learning rate with which weights grow without bound; what `perceptual_learning` refuses.

    See Also
    --------
    perceptual_learning : the limit of small steps.

    Notes
    -----
    Where the task is learned, many weights give the same answers, and trials that still differ carry the network along
    them: gains of layers grow and the readout shrinks, by an amount about proportional to the learning rate.

    Examples
    --------
    Twenty time units are 5,000 trials at this learning rate; the first layer has gained more than in small steps:

    >>> options = dict(units=18, gains=(1.0,))
    >>> trials = single_trial_learning([0.0, 20.0], learning_rate=0.004, **options)
    >>> flow = perceptual_learning([0.0, 20.0], **options)
    >>> bool(trials.layer_gains[-1, 0] > flow.layer_gains[-1, 0])
    True
    """
    rate = positive(learning_rate, "learning_rate", "it must be positive")
    first = whole(seed, "seed", 0, "seeds are not negative")
    flow = perceptual_learning(time, **options)
    start = perceptual_learning([0.0], **options)
    wanted = flow.time / (rate * float(options.get("tau", 1.0)))
    if wanted[-1] > MOST_TRIALS:
        problem = f"is {rate:g}, with which there are {wanted[-1]:.2g} trials"
        raise InputError("learning_rate", problem, f"write one with which there are at most {MOST_TRIALS:.0e}")
    steps = np.round(wanted).astype(int)
    if np.any(np.diff(steps) < 1):
        raise InputError("learning_rate", f"is {rate:g}, with which several times are one trial", "write a smaller one")
    layers = [layer[0].copy() for layer in (*start.weights, start.readout[:, None, :])]
    kept: list[list[np.ndarray]] = []
    done = 0
    rng = np.random.default_rng(first)
    for until in track(steps.tolist(), "trials", len(steps)):
        _train(layers, start, until - done, rate, rng)
        if not all(np.all(np.isfinite(layer)) for layer in layers):
            problem = f"is {rate:g}, with which weights grow without bound within {until} trials"
            raise InputError("learning_rate", problem, "write a smaller one")
        done = until
        kept.append([layer.copy() for layer in layers])
    *weights, readout = (np.stack(each) for each in zip(*kept, strict=True))
    found = replace(flow, weights=tuple(weights), readout=readout[:, 0], method="single trials")
    return replace(found, validity=Validity((_drift(found, flow), *flow.validity.assumptions)))


def _train(
    layers: list[np.ndarray], start: PerceptualLearning, trials: int, rate: float, rng: np.random.Generator
) -> None:
    """Move the layers by so many trials, in place."""
    task, noises = start.task, start.noises[:-1]
    mean = task.responses(np.array([task.reference + task.precision, task.reference - task.precision])).mean(axis=0)
    values, vectors = np.linalg.eigh(task.noise)
    spread = vectors * np.sqrt(np.maximum(values, 0.0))
    units = mean.size
    for begun in range(0, trials, BLOCK):
        count = min(BLOCK, trials - begun)
        answers = rng.choice([-1.0, 1.0], size=count)
        shown = mean + answers[:, None] * task.direction + rng.standard_normal((count, units)) @ spread.T
        inside = [noise * rng.standard_normal((count, units)) if noise else None for noise in noises]
        with np.errstate(over="ignore", invalid="ignore"):
            for trial, answer in enumerate(answers):
                signals = [shown[trial]]
                for layer, noise in zip(layers[:-1], inside, strict=True):
                    passed = layer @ signals[-1]
                    signals.append(passed if noise is None else passed + noise[trial])
                back = rate * (answer - layers[-1] @ signals[-1])
                for layer, signal in zip(layers[::-1], signals[::-1], strict=True):
                    below = back @ layer
                    layer += np.outer(back, signal)
                    back = below


def _drift(found: PerceptualLearning, flow: PerceptualLearning) -> Assumption:
    """How far the gains are from the limit of small steps in the end."""
    apart = found.layer_gains[-1] - flow.layer_gains[-1]
    most = int(np.argmax(np.abs(apart)))
    names = [*(f"layer {number}" for number in range(1, len(found.weights) + 1)), "readout"]
    gains = f"{found.layer_gains[-1, most]:.3g}, {flow.layer_gains[-1, most]:.3g} in the limit of small steps"
    off = float(np.abs(apart[most]))
    return Assumption("small steps", off, DRIFTED, off <= DRIFTED, f"{names[most]} ends at {gains}")
