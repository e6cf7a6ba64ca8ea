"""The posterior of learning curves: draws, whether they can be trusted, and how well they predict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from scipy.special import expit, gammaln, xlog1py, xlogy

from .. import __version__
from .._core.counting import counted
from .._core.digits import short
from .likelihood import FIT

if TYPE_CHECKING:
    import pandas as pd

    from .hierarchy import Data

LEVEL = 0.95
R_HAT, ESS = 1.02, 200.0  # beyond which draws are not to be trusted
LEARNT = ("half_time", "initial_fraction", "third")  # of every learner
NAMES = {"half_time_center": "median_half_time", "start_center": "initial_logit_center"}


@dataclass(frozen=True, eq=False)
class LearningPosterior:
    """Learning curves of learners, drawn from their posterior.

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_hierarchy.py::test_learners_are_found_again

    Parameters
    ----------
    tree : DataTree
        Groups posterior, sample_stats, log_likelihood, observed_data and posterior_predictive, as ArviZ names them.
        Half-times and initial fractions have dims (chain, draw, learner), answers (chain, draw, observation).
    """

    tree: xr.DataTree

    @property
    def settings(self) -> dict[str, Any]:
        """Depth, chance, lapse ("fit" if fitted), curve, seed, warmup."""
        return {str(name): value for name, value in self.tree.attrs.items()}

    def group(self, name: str) -> xr.Dataset:
        """One of the groups of the tree."""
        return self.tree[name].to_dataset()

    @property
    def learners(self) -> tuple[str, ...]:
        """Names of the learners."""
        return tuple(map(str, self.group("posterior")["learner"].values.tolist()))

    def diagnostics(self) -> pd.DataFrame:
        """One row for each number that was drawn: mean, sd, split R-hat and effective sample size."""
        import pandas as pd
        from numpyro.diagnostics import effective_sample_size, split_gelman_rubin

        rows = []
        for name, variable in self.group("posterior").data_vars.items():
            draws = variable.transpose("chain", "draw", ...).values
            flat = draws.reshape(*draws.shape[:2], -1)
            r_hat, ess = np.atleast_1d(split_gelman_rubin(flat)), np.atleast_1d(effective_sample_size(flat))
            owners = self.learners if "learner" in variable.dims else ("",)
            for place, learner in enumerate(owners):
                own = flat[..., place]
                rows.append((name, learner, own.mean(), own.std(), float(r_hat[place]), float(ess[place])))
        return pd.DataFrame(rows, columns=["name", "learner", "mean", "sd", "r_hat", "ess"])

    @property
    def divergences(self) -> int:
        """Draws after which the sampler lost its way."""
        return int(self.group("sample_stats")["diverging"].sum())

    @property
    def problems(self) -> tuple[str, ...]:
        """What speaks against trusting the draws, a sentence each; nothing if all is well."""
        table = self.diagnostics()
        worst = table.iloc[int(table["r_hat"].argmax())]
        fewest = table.iloc[int(table["ess"].argmin())]
        found = []
        if self.divergences:
            found.append(
                f"{counted(self.divergences, 'draw')} diverged: parts of the posterior may be missing. Draw longer "
                "chains, or fix what is fitted."
            )
        if worst["r_hat"] > R_HAT:
            found.append(
                f"Chains disagree: R-hat of {_named(worst)} is {worst['r_hat']:.3f}, above {R_HAT}. Draw more."
            )
        if fewest["ess"] < ESS:
            found.append(f"{_named(fewest)} has {fewest['ess']:.0f} effective draws, fewer than {ESS:.0f}. Draw more.")
        return tuple(found)

    def to_dataframe(self, level: float = LEVEL) -> pd.DataFrame:
        """One row per learner: median and interval of half-time and initial fraction, R-hat and effective draws.

        Parameters
        ----------
        level : float
            Of the intervals, which leave out equal shares on both sides.
        """
        import pandas as pd

        draws = self.group("posterior")
        table = pd.DataFrame({"learner": self.learners})
        tail = (1 - level) / 2
        for name in (each for each in LEARNT if each in draws):
            low, middle, high = np.quantile(draws[name].values, [tail, 0.5, 1 - tail], axis=(0, 1))
            table = table.assign(**{name: middle, f"{name}_low": low, f"{name}_high": high})
        checks = self.diagnostics().query("name == 'half_time'").set_index("learner")
        return table.assign(
            r_hat=checks.loc[table["learner"], "r_hat"].values, ess=checks.loc[table["learner"], "ess"].values
        )

    @property
    def predictive_p(self) -> dict[str, float]:
        """Share of draws in which simulated answers scatter around the curve at least as the observed ones, by learner.

        Near 0, answers scatter more than independent answers would (intervals are too narrow); near 1, less.
        """
        observed, predicted = self.group("observed_data"), self.group("posterior_predictive")
        right, trials = predicted["right"].values, observed["trials"].values
        expected, variance = trials * right, np.maximum(trials * right * (1 - right), 1e-12)
        scatter = [
            (answers - expected) ** 2 / variance
            for answers in (predicted["correct"].values, observed["correct"].values)
        ]
        whose = observed["learner_of"].values
        found = {}
        for name in self.learners:
            simulated, real = (each[..., whose == name].sum(axis=-1) for each in scatter)
            found[name] = float(np.mean(simulated >= real))
        return found

    def __repr__(self) -> str:
        known, posterior = self.settings, self.group("posterior")
        sizes = f"{posterior.sizes['chain']} chains of {posterior.sizes['draw']} draws"
        halves = np.median(posterior["half_time"].values, axis=(0, 1))
        trust = "no problems" if not self.problems else " ".join(self.problems)
        fixed = f"depth {_said(known['depth'])}, chance {short(known['chance'])}, lapse {_said(known['lapse'])}"
        return (
            f"<LearningPosterior of {counted(len(self.learners), 'learner')}: half-times "
            f"{short(float(halves.min()))} to {short(float(halves.max()))}; {fixed}; {sizes}, {trust}>"
        )


def posterior_of(
    data: Data, drawn: dict[str, np.ndarray], extra: dict[str, np.ndarray], known: dict[str, Any]
) -> LearningPosterior:
    """The record of what a sampler drew."""
    each, every = ("chain", "draw", "learner"), ("chain", "draw", "observation")
    right = drawn["right"]
    chains, draws = right.shape[:2]
    coords = {"chain": np.arange(chains), "draw": np.arange(draws)}
    learner = {**coords, "learner": list(data.names)}
    whose = np.array(data.names)[data.of]
    # Indexes of answers: whose they are, and when.
    observation = {"observation": np.arange(data.of.size), "learner_of": ("observation", whose),
                   "time": ("observation", data.time)}  # fmt: skip
    start = expit(drawn["initial_logit"])
    posterior: dict[str, Any] = {"half_time": (each, _half_times(drawn, known)), "initial_fraction": (each, start)}
    if "log_third" in drawn:
        posterior["third"] = (each, np.exp(drawn["log_third"]))
    for name in ("half_time_center", "half_time_spread", "start_center", "start_spread", "lapse"):
        if name in drawn:
            values = np.exp(drawn[name]) if name == "half_time_center" else drawn[name]
            posterior[NAMES.get(name, name)] = (("chain", "draw"), values)
    if "deeper" in drawn:
        posterior["depth"] = (("chain", "draw"), 1 + drawn["deeper"])
    k, n = data.correct, data.trials
    orders = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    likelihood = orders + xlogy(k, right) + xlog1py(n - k, -right)
    rng = np.random.default_rng(known["seed"])
    simulated = rng.binomial(n.astype(int), np.clip(right, 0, 1))
    stats = {
        "diverging": extra["diverging"], "acceptance_rate": extra["accept_prob"], "n_steps": extra["num_steps"],
        "lp": -extra["potential_energy"],
    }  # fmt: skip
    groups = {
        "posterior": xr.Dataset(posterior, learner),
        "sample_stats": xr.Dataset({name: (("chain", "draw"), values) for name, values in stats.items()}, coords),
        "log_likelihood": xr.Dataset({"correct": (every, likelihood)}, coords | observation),
        "observed_data": xr.Dataset({"correct": ("observation", k), "trials": ("observation", n)}, observation),
        "posterior_predictive": xr.Dataset(
            {"correct": (every, simulated), "right": (every, right)}, coords | observation
        ),
    }
    tree = xr.DataTree.from_dict(groups)
    tree.attrs = {**known, "ontogeny": __version__}
    return LearningPosterior(tree)


def _half_times(drawn: dict[str, np.ndarray], known: dict[str, Any]) -> np.ndarray:
    scale = np.exp(drawn["log_half_time"])
    if known["curve"] == "network":
        return scale
    # Where more than half is known before learning, half is learned at 0.
    ratio, third = np.maximum(2 * (1 - expit(drawn["initial_logit"])), 1.0), np.exp(drawn["log_third"])
    if known["curve"] == "weibull":
        return np.asarray(scale * np.log2(ratio) ** (1 / third))
    return np.asarray(scale * np.expm1(np.log(ratio) / third))


def _named(row: Any) -> str:
    return f"{row['name']} of {row['learner']}" if row["learner"] else str(row["name"])


def _said(value: Any) -> str:
    return "fitted" if value == FIT else short(float(value))
