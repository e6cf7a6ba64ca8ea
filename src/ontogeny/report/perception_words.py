"""A discrimination that is trained, in sentences, numbers and figures that need no mathematics."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from .. import plot
from .._core.digits import short
from .._core.notes import Writer
from .._core.papers import software
from ..plasticity.perception import PerceptualLearning
from ..validity import Assumption
from .drawing import Section, drawn
from .perception_study import PerceptionStudy
from .phrasing import number, percent

LITTLE = 1e-3  # share of right answers that is no change
SIDES = (1.0, 3.0)  # precisions of the test, as multiples of that of training
STANDING = (
    "A reconstruction: the model produces what Saxe announced in abstracts (size and timing of changes against depth, "
    "transfer against precision, position and time); no paper has printed it, and nothing was fitted to data.",
    "Lower layers change less and later in what they add up to (slopes of tuning curves). As for weights, the weakest "
    "layer changes first, whichever it is.",
    "A finer task is not always learned deeper: without noise lower layers change more the finer it is, with noise "
    "most where the two orientations differ by about as much as the noise.",
    "With input noise alone d' never changes, since learning scales signal and noise alike; what people gain comes "
    "from noise of the decision, or inside, or from a readout that looked elsewhere.",
)  # fmt: skip


class PerceptionWords:
    """Plain words for a study of perceptual learning."""

    name = "perceptual"
    title = heading = "Where, how much and when does a trained discrimination change the visual system?"
    question = (
        "A population of units tuned to orientation is read through several plastic layers. Two orientations that are "
        "close together are to be told apart. What does training change in each layer, and what does it help elsewhere?"
    )
    notes_title = "Settings"
    numbers_title = "The layers, in numbers"
    standing = STANDING

    def __init__(self, study: PerceptionStudy, setting: Writer = str) -> None:
        self.study, self.found, self.settings = study, study.learning, study.settings

    def headline(self) -> str:
        """The finding in one paragraph."""
        right = self.found.percent_correct()
        slopes = self.found.slope_ratio[-1]
        grow = "grow" if slopes[-1] > 1 else "change"
        first = (
            f"slopes of tuning curves at the trained orientation {grow} by a factor of {short(slopes[0])} in layer 1"
        )
        more = f" and {short(slopes[-1])} in layer {slopes.size}" * (slopes.size > 1)
        zero = self._reach() if right[-1] > right[0] + LITTLE else 0.0
        wide = f"Up to {short(zero)}° away the answers get better too; beyond, they get worse." if zero else ""
        return (
            f"After {number(float(self.found.time[-1]))} tau of training {percent(right[-1])} of the answers are right "
            f"instead of {percent(right[0])}, and {first}{more}. {wide}"
        ).strip()

    def _reach(self) -> float:
        """Distance at which training stops helping [degrees]; 0 where it helps everywhere."""
        places = np.linspace(0.0, 90.0, 361)
        with np.errstate(invalid="ignore"):
            harmed = np.flatnonzero(self.found.transfer(places)[-1] < 0)
        if not harmed.size or not harmed[0]:
            return 0.0
        between = places[harmed[0] - 1 : harmed[0] + 1]
        return float(brentq(lambda place: float(self.found.transfer([place])[-1, 0]), *between, xtol=1e-6))

    def warnings(self) -> list[str]:
        """What should not be overlooked."""
        found = [
            f"Not fulfilled: {check.name}. {check.meaning[0].upper()}{check.meaning[1:]}."
            for check in self.found.validity.assumptions
            if not check.holds
        ]
        found += [f"{text[0].upper()}{text[1:]}." for text in self.study.warned]
        if any(self.found.noises[:-1]):
            found.append(
                "With noise inside learning has no end: layers before it grow without bound, so all numbers are those "
                f"at t = {number(float(self.found.time[-1]))}."
            )
        if self.study.trials is not None:
            drift = self.study.trials.validity.assumptions[0]
            if not drift.holds:
                found.append(f"Single trials drift: {drift.meaning}.")
        return found

    def sections(self) -> list[Section]:
        """The figures."""
        layers = len(self.found.weights)
        tuning: list[Section] = [
            (
                f"tuning_{layer}", f"Tuning curves in layer {layer}",
                "Response of three units to every orientation, before training (dashed) and after. Slopes change "
                "at the trained orientation (gray line), most in units that prefer one beside it.",
                partial(_draw_tuning, layer),
            )
            for layer in sorted({1, layers})
        ]  # fmt: skip
        course: list[Section] = [
            (
                "correct", "Right answers over training",
                "Share of right answers where one of the two orientations is shown, and where both are, one after the "
                "other (2AFC).", _draw_correct,
            ),
            (
                "timing", "When each layer changes",
                "Change of every layer along the trained direction, as a share of its change in the end. The weakest "
                "layer changes first." + " Dots are single trials." * (self.study.trials is not None), _draw_timing,
            ),
        ]  # fmt: skip
        elsewhere: list[Section] = [
            (
                "orientations", "Transfer to other orientations",
                "What training does to the same discrimination around another orientation, tested as finely as trained "
                "and more coarsely: 1 is as well as at the trained one, below 0 is worse than before.", _draw_elsewhere,
            ),
            (
                "positions", "Transfer to another position",
                "Output at another position, if the first layers have weights of their own for each position. It falls "
                "over training, because more and more is learned in these layers.", _draw_positions,
            ),
            (
                "precision", "Against the precision of the task",
                "Growth of slopes in each layer for finer and coarser tasks [degrees, half the difference].",
                lambda study: drawn(4.0, lambda ax: plot.lines(study.by_precision, ax=ax)),
            ),
            (
                "depth", "Against the number of plastic layers",
                "The more layers can change, the less the first one does, and the more all of them together.",
                lambda study: drawn(4.0, lambda ax: plot.lines(study.by_depth, ax=ax)),
            ),
        ]  # fmt: skip
        return [*tuning, *course, *elsewhere]

    def numbers(self) -> list[dict[str, Any]]:
        """The rows of the table of numbers."""
        gains, slopes = self.found.layer_gains, self.found.slope_ratio
        half = self.study.half_times
        names = [*(f"layer {number}" for number in range(1, slopes.shape[1] + 1)), "readout"]
        ratios = [*slopes[-1], None]
        return [
            {"": name, "gain before": gains[0, place], "gain after": gains[-1, place],
             "slope, of that before": ratios[place], "half of the change at": float(half[place])}
            for place, name in enumerate(names)
        ]  # fmt: skip

    numbers_note = (
        "Gains are along the trained direction. Slopes are those of tuning curves at the trained orientation, where "
        "the task is fine. Time is in units of tau: learning rate times trials on half the squared error of a trial."
    )

    @property
    def notes(self) -> tuple[str, ...]:
        """The settings, a sentence each."""
        task, told = self.found.task, self.settings
        noise = f"Noise of the population has a standard deviation of {short(told['input_noise'])}"
        return (
            f"{task.preferred.size} units, with tuning curves {short(task.tuning_width)}° wide (standard deviation).",
            f"The task is to tell {short(task.reference)}° ± {short(task.precision)}° apart.",
            f"{noise}, that of the decision {short(self.found.noises[-1])}.",
            f"Layers start with gains {', '.join(short(gain) for gain in self.found.gains)}, the readout with "
            f"{short(float(told['readout']))}.",
            *(
                [f"Single trials: learning rate {told['learning_rate']:g}, seed {told['seed']}."]
                if self.study.trials is not None
                else []
            ),
        )

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the numbers assume."""
        drift = () if self.study.trials is None else self.study.trials.validity.assumptions[:1]
        return (*self.found.validity.assumptions, *drift)

    @property
    def snippet(self) -> str:
        """How to go on in Python."""
        told = {key: value for key, value in self.settings.items() if key not in ("until", "learning_rate", "seed")}
        options = ",\n    ".join(f"{key}={value!r}" for key, value in told.items() if value is not None)
        return (
            "import numpy as np, ontogeny as on\n"
            f"found = on.plasticity.perceptual_learning(\n    np.linspace(0, {self.settings['until']!r}, 121),\n"
            f"    {options})\n"
            "on.plot.tuning_curves(found, layer=1)"
        )

    @property
    def references(self) -> str:
        """What to cite."""
        return software()

    def tables(self) -> dict[str, pd.DataFrame]:
        """Name of each file and its table."""
        found = {
            "layers": pd.DataFrame(self.numbers()).rename(columns={"": "layer"}),
            "course": self.found.to_dataframe().merge(_answers(self.found), on="time"),
            "tuning": _tuning(self.found),
            "by_precision": self.study.by_precision.to_series().reset_index(),
            "by_layers": self.study.by_depth.to_series().reset_index(),
        }
        if self.study.trials is not None:
            found["single_trials"] = self.study.trials.to_dataframe()
        return found

    def document(self) -> dict[str, Any]:
        """The finding for machines."""
        return {
            "settings": dict(self.settings),
            "method": self.found.method,
            "layers": pd.DataFrame(self.numbers()).rename(columns={"": "layer"}).to_dict("records"),
            "answers": _answers(self.found).iloc[[0, -1]].to_dict("records"),
            "transfer_ends_at": self._reach() or None,
            "by_precision": self.study.by_precision.to_series().reset_index().to_dict("records"),
        }


def _answers(found: PerceptualLearning) -> pd.DataFrame:
    """Discriminability and right answers over time."""
    right = {name: found.percent_correct(name) for name in ("yes_no", "2afc")}
    return pd.DataFrame(
        {"time": found.time, "d_prime": found.d_prime(), **{f"correct_{k}": v for k, v in right.items()}}
    )


def _tuning(found: PerceptualLearning) -> pd.DataFrame:
    """Tuning curves of all units before and after training."""
    ends = found.tuning(np.arange(0.0, 180.0, 2.0))[[0, -1]]
    return ends.to_series().rename("response").reset_index()


def _draw_tuning(layer: int, study: PerceptionStudy) -> drawn:
    return drawn(4.0, lambda ax: plot.tuning_curves(study.learning, layer=layer, ax=ax))


def _draw_correct(study: PerceptionStudy) -> drawn:
    return drawn(4.0, lambda ax: plot.percent_correct(study.learning, ax=ax))


def _draw_timing(study: PerceptionStudy) -> drawn:
    def draw(ax: Any) -> None:
        plot.layer_changes(study.learning, ax=ax)
        if study.trials is not None:
            ends = study.learning.layer_gains
            for place in range(ends.shape[1]):
                moved = study.trials.layer_gains[:, place] - ends[0, place]
                ax.plot(
                    study.trials.time, moved / (ends[-1, place] - ends[0, place]), "o", color=f"C{place}", markersize=3
                )

    return drawn(4.2, draw)


def _draw_elsewhere(study: PerceptionStudy) -> drawn:
    fine = [share * study.learning.task.precision for share in SIDES if share * study.learning.task.precision < 45]
    return drawn(4.2, lambda ax: plot.orientation_transfer(study.learning, precisions=fine or None, ax=ax))


def _draw_positions(study: PerceptionStudy) -> drawn:
    return drawn(4.0, lambda ax: plot.position_transfer(study.learning, ax=ax))
