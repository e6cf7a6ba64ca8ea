"""Everything in a report on perceptual learning: one training, other precisions, other depths."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from .._core.checks import InputError, PlateauWarning
from .._core.progress import track
from ..modes.milestones import crossing_time
from ..plasticity.perception import PerceptualLearning, perceptual_learning
from ..plasticity.trials import single_trial_learning

PRECISIONS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)  # degrees
LAYERS = (1, 2, 3, 4, 5)  # plastic layers that are compared
LOOKS = 121  # times of a course
EARLIEST, EARLY_LOOKS = 1e-7, 601  # of the course on a logarithmic clock, from which half-times are read
OF_TRIALS = 6  # every so many of them is kept of single trials


@dataclass(frozen=True, eq=False)
class PerceptionStudy:
    """A discrimination of orientation that is trained.

    Parameters
    ----------
    settings : mapping
        What was asked.
    learning : PerceptualLearning
        In the limit of small steps.
    trials : PerceptualLearning or None
        From single trials; None if they were not asked for.
    by_precision : DataArray, dims (layer, precision)
        Growth of slopes at the reference in every layer, against the precision of the task.
    by_depth : DataArray, dims (quantity, layers)
        Growth of slopes in the first and in all layers, against the number of layers; NaN where nothing is learned.
    warned : tuple of str
        What the laws warned about.
    half_times : tuple of float, (layers + 1,)
        When half of the change by then is there, in every layer and the readout [tau].
    """

    settings: dict[str, Any]
    learning: PerceptualLearning
    trials: PerceptualLearning | None
    by_precision: xr.DataArray
    by_depth: xr.DataArray
    warned: tuple[str, ...] = ()
    half_times: tuple[float, ...] = ()

    def __repr__(self) -> str:
        return f"<PerceptionStudy: {self.learning!r}>"


def perception_study(*, until: float, learning_rate: float, seed: int, **options: Any) -> PerceptionStudy:
    """Study a discrimination of orientation that is trained.

    Parameters
    ----------
    until : float
        End of training [tau].
    learning_rate : float
        Of single trials; 0 for none.
    seed : int
        Of single trials.
    **options
        As for `perceptual_learning`.
    """
    times = np.linspace(0.0, until, LOOKS)
    early = np.append(0.0, np.geomspace(EARLIEST * until, until, EARLY_LOOKS))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", PlateauWarning)
        learning = perceptual_learning(times, **options)
        gains = perceptual_learning(early, **options).layer_gains
    change = np.abs(gains - gains[0])
    half_times = tuple(crossing_time(early, change[None], change[-1] / 2)[0].tolist())
    trials = None
    if learning_rate:
        trials = single_trial_learning(times[::OF_TRIALS], learning_rate=learning_rate, seed=seed, **options)
    depth = len(options["gains"])
    fine = [
        _slopes({**options, "task_precision": precision}, until)
        for precision in track(PRECISIONS, "precisions", len(PRECISIONS))
    ]
    stacks = [_slopes({**options, **_deeper(options, layers)}, until) for layers in LAYERS]
    return PerceptionStudy(
        {**options, "until": until, "learning_rate": learning_rate, "seed": seed},
        learning,
        trials,
        xr.DataArray(
            np.transpose(fine), dims=("layer", "precision"),
            coords={"layer": range(1, depth + 1), "precision": list(PRECISIONS)}, name="slope over slope before",
        ),
        xr.DataArray(
            [[ratios[0] for ratios in stacks], [ratios[-1] for ratios in stacks]], dims=("quantity", "layers"),
            coords={"quantity": ["first layer", "all layers together"], "layers": list(LAYERS)},
            name="slope over slope before",
        ),
        tuple(str(warning.message) for warning in caught),
        half_times,
    )  # fmt: skip


def _slopes(options: dict[str, Any], until: float) -> np.ndarray:
    """Growth of slopes in every layer by then; NaN where the task evokes nothing, or is never learned."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", PlateauWarning)
        try:
            return perceptual_learning([0.0, until], **options).slope_ratio[-1]
        except (InputError, PlateauWarning):
            return np.full(len(options["gains"]), np.nan)


def _deeper(options: dict[str, Any], layers: int) -> dict[str, Any]:
    """Gains and noise of so many layers: those that are given, the last one again and again, or fewer."""
    gains = list(options["gains"])
    noise = list(options.get("internal_noise") or [0.0] * len(gains))
    return {name: (each + each[-1:] * layers)[:layers] for name, each in (("gains", gains), ("internal_noise", noise))}
