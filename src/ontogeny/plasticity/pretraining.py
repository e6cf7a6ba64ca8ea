r"""A stack of linear autoencoders, each trained for a while on what the one below passes on, and what is learned then.

Every layer trains on variances that the layers below have already shaped, so that upper layers wait for lower ones.
What the stack leaves is a start of unequal layers (`modes.chain`): from a finished stack a task is learned in a time
that hardly depends on depth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._core.arrays import ArrayLike
from .._core.checks import InputError, not_negative, positive
from .._core.stable import product
from .._core.tidy import tidy
from ..modes import chain
from .unsupervised import autoencoder_strength

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Pretrained:
    """What a stack of autoencoders has learned.

    Parameters
    ----------
    variances : array, shape (components,)
        Variance of the inputs along each component.
    durations : array, shape (layers,)
        Time that each layer was trained [unit of tau].
    layer_strengths : array, shape (layers, components)
        Strength of each component in the encoder of each layer.
    received : array, shape (layers, components)
        Variance of each component in what a layer was trained on.
    tau : float
        Time constant.
    """

    variances: np.ndarray
    durations: np.ndarray
    layer_strengths: np.ndarray
    received: np.ndarray
    tau: float = 1.0

    @property
    def encoder_gain(self) -> np.ndarray:
        """Strength with which the whole stack passes on each component, (components,)."""
        return np.prod(self.layer_strengths, axis=0)

    @property
    def duration(self) -> float:
        """Time of all layers together [unit of tau]."""
        return float(self.durations.sum())

    def __repr__(self) -> str:
        gains = ", ".join(f"{gain:.3g}" for gain in self.encoder_gain[:4]) + ", ..." * (self.variances.size > 4)
        return f"<Pretrained: {self.durations.size} layers in {self.duration:g} tau, components passed on: {gains}>"

    def to_dataframe(self) -> pd.DataFrame:
        """One row per layer and component, both counted from 1: strength, variance received."""
        layers, components = self.layer_strengths.shape
        labels = {"layer": range(1, layers + 1), "component": range(1, components + 1)}
        return tidy(labels, {"strength": self.layer_strengths, "received": self.received})

    def then_supervised(self, time: ArrayLike, singular_values: ArrayLike, *, readout: ArrayLike) -> np.ndarray:
        """Strength of each mode of a task in the whole network, learned from what the stack has left.

        The modes of the task are the components of the inputs, in the same order (saxe2014 eq. 18 is fulfilled); the
        layers go on learning.

        Parameters
        ----------
        time : array, shape (times,)
            Time of supervised learning [unit of `tau`].
        singular_values : array, shape (components,)
            Singular values of the correlation of inputs and answers.
        readout : float or array, shape (components,)
            Strength of the last layer, which no autoencoder has trained, before learning.

        Returns
        -------
        array, shape (times, components)

        Raises
        ------
        InputError
            Another number of singular values than of components.
        """
        s, start = self._start(singular_values, readout)
        times = np.asarray(time, dtype=float)
        return chain.mode_strength(times[..., None], s, start, input_variance=self.variances, tau=self.tau)

    def supervised_time(self, singular_values: ArrayLike, *, readout: ArrayLike, share: float = 0.5) -> np.ndarray:
        """Time of supervised learning until each mode has some share of its final strength.

        Parameters
        ----------
        singular_values, readout
            As for `then_supervised`.
        share : float
            Between 0 and 1.

        Returns
        -------
        array, shape (components,)
            Times [unit of tau]; ``inf`` for components without variance.
        """
        s, start = self._start(singular_values, readout)
        if not 0 < share < 1:
            raise InputError("share", f"is {share!r}, but learning begins at 0 and ends at 1", "write 0.5")
        with np.errstate(divide="ignore", invalid="ignore"):
            goal = np.where(self.variances > 0, share * s / self.variances, np.inf)
        times = chain.time_to_strength(goal, s, start, input_variance=self.variances, tau=self.tau)
        return np.where(s == 0, np.nan, np.maximum(times, 0.0))

    def _start(self, singular_values: ArrayLike, readout: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Singular values, and the strengths of all layers with the readout, (components, layers + 1)."""
        s = np.atleast_1d(np.asarray(singular_values, dtype=float))
        if s.shape != self.variances.shape:
            raise InputError(
                "singular_values",
                f"are {s.size}, but there are {self.variances.size} components",
                "pass one for each component, 0 where the task does not use it",
            )
        last = np.broadcast_to(np.asarray(readout, dtype=float), s.shape)
        return s, np.column_stack([*self.layer_strengths, last])


def greedy_pretraining(
    variances: ArrayLike,
    durations: float | Sequence[float],
    *,
    initial_weight: float,
    layers: int | None = None,
    corruption_variance: float = 0.0,
    weight_decay: float = 0.0,
    tau: float = 1.0,
) -> Pretrained:
    r"""Train a stack of linear autoencoders, one layer after the other, each for a finite time.

    Layer :math:`l` receives the variances :math:`\lambda_l = \lambda \prod_{j<l} w_j^2` and is left with
    :math:`w_l = \sqrt{c(T_l)}`, the course of `autoencoder_strength`.

    Implements: saxe2014 (18)
    Checked by: tests/plasticity/test_pretraining.py::test_stacks_of_whole_autoencoders_agree

    Parameters
    ----------
    variances : array, shape (components,)
        Variance :math:`\lambda \ge 0` of the inputs along each principal component. What an animal was deprived of has
        a smaller one.
    durations : float, or list of float
        Time :math:`T_l \ge 0` that each layer is trained [unit of `tau`]; one number is the same for all `layers`.
    initial_weight : float
        Strength of every component in every encoder and decoder before learning.
    layers : int, optional
        Number of autoencoders, where `durations` is one number; by default 1.
    corruption_variance : float
        Variance of the noise on what each layer receives while it is trained.
    weight_decay : float
        Decay rate of every weight while it is trained.
    tau : float
        Time constant.

    Returns
    -------
    Pretrained
        Its `then_supervised` and `supervised_time` go on with a task.

    Raises
    ------
    InputError
        Negative variances or times, a start that is not above 0.

    Notes
    -----
    Exact for weights that start along the components, encoder and decoder alike. After endless training
    all components have strength 1, whatever the depth: a start of orthogonal layers.

    Deprivation delays, and never prevents: in linear networks all is learned in the end. What is lost for good needs
    limits of capacity or an end of plasticity, which this theory does not have.

    Examples
    --------
    Four time units for each of two layers: what varies most has arrived at the top, the rest has hardly begun.

    >>> stack = greedy_pretraining([2.0, 1.0, 0.5, 0.25], 4.0, layers=2, initial_weight=0.05)
    >>> stack.encoder_gain.round(3).tolist()
    [1.0, 0.81, 0.022, 0.007]
    >>> stack.supervised_time([2.0, 1.0, 0.5, 0.25], readout=1e-3).round(1).tolist()
    [0.3, 0.7, 16.0, 67.6]
    """
    lam = np.atleast_1d(np.asarray(variances, dtype=float))
    if lam.ndim != 1 or not lam.size or not np.all(np.isfinite(lam)) or np.any(lam < 0):
        raise InputError("variances", "are not a list of finite numbers of 0 or more", "pass one for each component")
    times = np.atleast_1d(np.asarray(durations, dtype=float))
    if layers is not None:
        if times.size != 1 and times.size != layers:
            raise InputError("layers", f"is {layers}, but there are {times.size} durations", "leave it out")
        times = np.repeat(times, layers) if times.size == 1 else times
    if times.ndim != 1 or np.any(np.isnan(times)) or np.any(times < 0):
        raise InputError("durations", "hold a number that is negative or unknown", "write times of 0 or more")
    start = positive(initial_weight, "initial_weight", "components that start at 0 are never learned")
    noise = not_negative(corruption_variance, "corruption_variance", "a variance")
    strengths, received, arriving = [], [], lam
    for duration in times:
        received.append(arriving)
        passed = autoencoder_strength(
            duration, arriving, start**2, corruption_variance=noise, weight_decay=weight_decay, tau=tau
        )
        strengths.append(np.sqrt(passed))
        arriving = product(np, arriving, passed)
    return Pretrained(lam, times, np.array(strengths), np.array(received), float(tau))
