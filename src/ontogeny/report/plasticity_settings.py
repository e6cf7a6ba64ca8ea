"""The settings of `ontogeny plasticity`, with defaults that are worth looking at."""

from __future__ import annotations

from .._core.checks import finite, not_negative, positive
from .._core.setting_checks import choice, names, number, numbers, share, tables, text, true_or_false, whole_number
from .._core.settings import Entry

MOST_LAYERS, MOST_UNITS = 100, 500
AMOUNT = number(not_negative, "an amount")
DEVIATION = number(not_negative, "a standard deviation")
RATE = number(not_negative, "a rate")
TIME = number(not_negative, "a time")
MORE_THAN_NOTHING = number(positive, "it must be above 0")
VARIANCES = numbers(number(positive, "a component that does not vary cannot be learned"), fewest=1)
DEFICITS = tables("onset", "end", "open", "signal", needed=("onset", "end"))

PRETRAINING = (
    Entry("depth", 4, "Number of weight matrices; all but the last are pretrained, one after the other.",
          whole_number(2, "the last matrix is the readout, and an autoencoder comes before it", MOST_LAYERS)),
    Entry("variances", [2.0, 1.0, 0.5, 0.25], "Variance of the inputs along each of their principal components.",
          VARIANCES),
    Entry("singular_values", None,
          "Correlation of the task with each component; by default that of a task of strength 1 on all of them.",
          numbers(AMOUNT, fewest=1), [2.0, 1.0, 0.5, 0.25]),
    Entry("initial_weight", 0.05, "Strength of weights before any learning.", MORE_THAN_NOTHING),
    Entry("duration", None,
          "Time of pretraining of each layer [tau]; by default until all that the task needs is passed on.", TIME, 8.0),
    Entry("share", 0.9, "Share of the error that has to be removed before the task counts as learned.", share),
    Entry("deprived", 2, "Component that varies less, or not at all, before the task is taught, counted from 1.",
          whole_number(1, "components are counted from 1")),
    Entry("table", None,
          "Your own inputs instead of made ones: a file or a built-in table. With a target rows are samples of the "
          "other columns; without one each row is an item, an input of its own.",
          text, "samples.csv"),
    Entry("target", None, "The task on your own inputs: the column to predict from the others.", text, "outcome"),
    Entry("drop", [], "Columns of the table to leave out.", names),
    Entry("drop_missing", False, "Whether to leave out rows with empty cells.", true_or_false),
    Entry("standardize", False, "Whether to divide each column by its standard deviation.", true_or_false),
    Entry("classes", None, "Whether numbers in the target column stand for classes.", true_or_false, True),
)  # fmt: skip
OF_MADE_INPUTS = ("variances", "singular_values", "deprived")
OF_TABLES = ("target", "drop", "drop_missing", "standardize", "classes")

CRITICAL_PERIOD = (
    Entry("depth", 2, "Number of layers of each pathway.", whole_number(1, "a pathway has a layer", MOST_LAYERS)),
    Entry("target", [1.0], "Strength of each mode of the task.", numbers(MORE_THAN_NOTHING, fewest=1)),
    Entry("initial_weights", [0.02, 0.02], "Weight of each layer of both pathways before learning.",
          numbers(MORE_THAN_NOTHING, fewest=2, most=2)),
    Entry("deficit", "freeze",
          "What a closed pathway does: freeze (it goes on contributing, and does not learn) or silence (no signal "
          "passes it).", choice("freeze", "silence")),
    Entry("weight_decay", 0.0, "Decay rate of every weight.", RATE),
    Entry("until", 50.0, "End of the experience [tau].", MORE_THAN_NOTHING),
    Entry("deficits",
          [{"onset": 0.0, "end": 20.0, "open": [1.0, 0.0]}, {"onset": 20.0, "end": 26.0, "open": [0.0, 1.0]}],
          "What is lacking, from an onset to an end [tau]: how far each pathway is open then, from 0 to 1, and the "
          "signal, as a share of the task (1 if not written). Here the second is closed, and after it the first "
          "(reverse occlusion).", DEFICITS),
    Entry("window_length", 0.5, "Length of the deficit whose onset is varied, in half-times of undisturbed learning.",
          MORE_THAN_NOTHING),
)  # fmt: skip

PERCEPTUAL = (
    Entry("units", 36, "Number of units, whose preferred orientations lie evenly on the half circle.",
          whole_number(2, "two orientations are told apart by two units at least", MOST_UNITS)),
    Entry("tuning_width", 15.0, "Standard deviation of the tuning curves [degrees].", MORE_THAN_NOTHING),
    Entry("reference", 90.0, "Orientation around which is discriminated [degrees].", number(finite)),
    Entry("task_precision", 2.0, "Half the difference of the two orientations [degrees]; small is fine.",
          MORE_THAN_NOTHING),
    Entry("input_noise", 0.3, "Standard deviation of the noise of each unit.", DEVIATION),
    Entry("gains", [1.0, 1.0], "Gain of every plastic layer before training, the first first.",
          numbers(AMOUNT, fewest=1)),
    Entry("readout", 0.0, "Strength of the readout along the task before training.", number(finite)),
    Entry("internal_noise", None,
          "Standard deviation of the noise after every layer. Learning has no finite end then.",
          numbers(DEVIATION, fewest=1), [0.0, 0.0]),
    Entry("decision_noise", 0.5, "Standard deviation of the noise of the decision.", DEVIATION),
    Entry("until", 30.0, "End of training [tau].", MORE_THAN_NOTHING),
    Entry("learning_rate", 0.0, "Also train on single trials, with this learning rate; 0 for not.", RATE),
    Entry("seed", 0, "Of single trials.", whole_number(0, "seeds are not negative")),
)  # fmt: skip

KINDS = {"pretraining": PRETRAINING, "critical-period": CRITICAL_PERIOD, "perceptual": PERCEPTUAL}
