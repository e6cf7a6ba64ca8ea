"""What pretraining does to a task, in sentences, numbers and figures that need no mathematics."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import plot
from .._core.digits import short
from .._core.notes import Writer, said
from .._core.papers import cite, software
from .._core.shown import shown
from ..plasticity.help import STARTS
from ..plot.style import depth_name
from ..validity import Assumption
from .drawing import Section, drawn
from .phrasing import number, percent
from .pretraining_study import PretrainingStudy

if TYPE_CHECKING:
    import xarray as xr

PAPERS = ("saxe2014", "pretorius2018")
NEVER = "not learned"
STANDING = (
    "Established: the course of one autoencoder, and that pretrained networks learn in a time that does not grow with "
    "depth (Saxe et al. 2014). Derived for this package: stacks that are trained for a finite time, and what they "
    "leave.",
    "The gain is in time only: whatever is learned after pretraining can be learned without it. Orthogonal random "
    "weights cost nothing and do as well or better.",
    "In linear networks deprivation delays and never prevents. What is lost for good needs limits of capacity or an "
    "end of plasticity, which are not in this theory.",
)  # fmt: skip


class PretrainingWords:
    """Plain words for a study of pretraining."""

    title = "Does early experience without a teacher help?"
    notes_title = "Settings"
    numbers_title = "Times of learning, in numbers"
    standing = STANDING

    def __init__(self, study: PretrainingStudy, setting: Writer = str) -> None:
        self.setting = setting
        self.study, self.effect, self.settings = study, study.effect, study.settings
        self.share = percent(self.settings["share"])

    @property
    def name(self) -> str:
        """What the report is called."""
        return self.study.name or "pretraining"

    @property
    def heading(self) -> str:
        """Title of the page."""
        return f"“{shown(self.study.name)}”: {self.title[0].lower()}{self.title[1:]}" if self.study.name else self.title

    question = (
        "A network sees inputs, and learns how they vary, before anybody teaches it a task. How much sooner does it "
        "then learn the task, how much of such experience is enough, and what does it cost to be deprived of it?"
    )

    def headline(self) -> str:
        """The finding in one paragraph."""
        if not self.effect.errors.size and self.settings.get("target", "") is None:
            return (
                "Each item is an input of its own (one-hot), since no column was named as the task: "
                f"{self.effect.meaning[0].lower()}{self.effect.meaning[1:]}"
            )
        return self.effect.meaning

    def warnings(self) -> list[str]:
        """What should not be overlooked."""
        found = []
        if self._time("pretrained") + self.effect.pretraining_time > self._time("small weights"):
            found.append(
                "With the time of pretraining counted, learning from small weights at once is faster: pretraining pays "
                "only if inputs come without answers anyway."
            )
        if self.effect.method == "matrices":
            found.append(
                "Inputs and task do not vary along the same directions, so whole matrices were integrated: what is "
                "said holds for this task."
            )
        return found

    def _time(self, start: str) -> float:
        return self.effect.learning_time(start)

    def sections(self) -> list[Section]:
        """The figures."""
        if not self.effect.errors.size:
            return []
        layers = self.settings["depth"] - 1
        found: list[Section] = [
            (
                "course", "The task over time",
                f"Error of the task while it is taught, through {depth_name(self.settings['depth'])}: from small "
                f"weights, after pretraining, and from orthogonal weights. The gray line is where "
                f"{self.share} is learned.",
                partial(_draw, plot.pretraining_effect, "effect"),
            ),
            (
                "depths", "Against depth",
                "Time to learn the task for networks of more and more weight matrices. From small weights each layer "
                "makes it far slower; after pretraining that was long enough for the last layer depth costs next to "
                "nothing. A point that is missing is a task that was not learned in the time that was followed.",
                partial(_draw, plot.lines, "by_depth"),
            ),
            (
                "amounts", "How much early experience is enough",
                "Time to learn the task after more or less pretraining of each layer [tau]. The gain comes suddenly, "
                "because each layer has to wait until the one below passes something on.",
                partial(_draw, plot.lines, "by_duration"),
            ),
            (
                "layers", "What pretraining leaves in each layer",
                f"Strength with which each of {layers} layer{'s' * (layers > 1)} passes on the strongest components of "
                "the inputs: 1 is all of it. Upper layers lag behind.",
                partial(_draw, plot.pretrained_layers, "stack"),
            ),
        ]  # fmt: skip
        if self.study.deprived is not None:
            found.append(
                (
                    "deprivation", "What deprivation costs",
                    f"Component {self.settings['deprived']} varies less while nobody teaches (0 is not at all), and as "
                    f"it should once the task is taught: time until {self.share} of the error along it is removed.",
                    partial(_draw, plot.lines, "deprived"),
                )
            )  # fmt: skip
        return found

    def numbers(self) -> list[dict[str, Any]]:
        """The rows of the table of numbers."""
        if not self.effect.errors.size:
            return [{"": "inputs that vary alike in all directions", "time of teaching": None}]
        depths = self.study.by_depth["depth"].values.tolist()
        rows = []
        for start in STARTS:
            times = [float(value) for value in self.study.by_depth.sel(start=start).values]
            cells = [NEVER if np.isinf(time) else time for time in times]
            rows.append({"": start, **{f"depth {each}": cell for each, cell in zip(depths, cells, strict=True)}})
        spent = [float(time) for time in self.study.by_depth["spent"].values]
        return [*rows, {"": "spent on pretraining", **{f"depth {d}": t for d, t in zip(depths, spent, strict=True)}}]

    @property
    def numbers_note(self) -> str:
        """The units."""
        return (
            f"Time of teaching until {self.share} of the error that can be removed is removed, in units of tau: "
            "learning rate times steps of gradient descent on half the mean squared error. Depth "
            "counts weight matrices."
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """How inputs came to be, and the settings."""
        each = (
            f"{depth_name(self.settings['depth'])[0].upper()}{depth_name(self.settings['depth'])[1:]}; weights start "
            f"at strength {short(self.settings['initial_weight'])}"
        )
        return (
            *(said(note.words, self.setting) for note in self.study.notes),
            f"{each}, the readout at 0, and each layer is pretrained for {number(self.settings['duration'])} tau.",
        )

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the numbers assume."""
        return (self.effect.alignment,)

    @property
    def snippet(self) -> str:
        """How to go on in Python."""
        given = f"depth={self.settings['depth']}, initial_weight={self.settings['initial_weight']!r}"
        if "variances" not in self.settings:
            return (
                "import ontogeny as on\n"
                f"effect = on.plasticity.will_pretraining_help(inputs, answers, {given})\n"
                "on.plot.pretraining_effect(effect)"
            )
        return (
            "import numpy as np, ontogeny as on\n"
            f"variances, task = {self.settings['variances']}, {self.settings['singular_values']}\n"
            "world = on.Environment.from_correlations(np.diag(task), np.diag(variances))\n"
            f"effect = on.plasticity.will_pretraining_help(world, {given}, duration={self.settings['duration']!r})\n"
            "on.plot.pretraining_effect(effect)"
        )

    @property
    def references(self) -> str:
        """What to cite."""
        return "\n\n".join([*map(cite, PAPERS), software()])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Name of each file and its table."""
        found = {"times": pd.DataFrame(self.numbers()).rename(columns={"": "start"})}
        if self.effect.errors.size:
            found["errors"] = self.effect.to_dataframe()
            found["by_duration"] = _long(self.study.by_duration)
        if self.study.stack is not None:
            found["layers"] = self.study.stack.to_dataframe()
        if self.study.deprived is not None:
            found["deprivation"] = _long(self.study.deprived)
        return found

    def document(self) -> dict[str, Any]:
        """The finding for machines."""
        return {
            "settings": dict(self.settings),
            "method": self.effect.method,
            "learning_time": {start.replace(" ", "_"): self._time(start) for start in STARTS},
            "pretraining_time": self.effect.pretraining_time,
            "speedup": self.effect.speedup,
            "speedup_in_all": self.effect.speedup_in_all,
            "by_depth": _long(self.study.by_depth).to_dict("records"),
            "by_duration": _long(self.study.by_duration).to_dict("records"),
            "deprivation": None if self.study.deprived is None else _long(self.study.deprived).to_dict("records"),
        }


def _long(table: xr.DataArray) -> pd.DataFrame:
    """A labelled table with a row for each value."""
    return table.to_series().rename("time").reset_index() if table.size else pd.DataFrame(columns=["start", "time"])


def _draw(picture: Any, part: str, study: PretrainingStudy) -> drawn:
    return drawn(4.4, lambda ax: picture(getattr(study, part), ax=ax))
