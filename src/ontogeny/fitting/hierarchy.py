"""Learning curves of many learners together, by Bayes: what each is, and how learners vary."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.checks import InputError, finite, one_of, whole
from .._core.progress import is_shown
from .likelihood import FIT, End, assumed, fit_learning_curve
from .observed import right_answers
from .posterior import LearningPosterior, posterior_of

if TYPE_CHECKING:
    import pandas as pd

CURVES = ("network", "power law", "weibull")
FEWEST = 3  # learners that make a population
COLUMNS = ("learner", "time", "correct", "trials")
# Priors: of the logarithm of half-times around the middle of the record, of the logit of what is known before learning,
# of the spread of both over learners, of the logarithm of a third number of a descriptive curve.
HALF, START, SPREADS, THIRD = 1.0, (-4.0, 1.5), (0.5, 1.0), (0.0, 0.7)
DEEPER = (0.5, 0.7)  # of the logarithm of depth - 1
LAPSES = (1.0, 20.0)  # of a lapse that is fitted, a beta distribution
STATISTICS = ("diverging", "accept_prob", "num_steps", "potential_energy")
CAREFUL = 0.9  # acceptance that steps are adapted to


@dataclass(frozen=True, eq=False)
class Data:
    """Right answers of all learners, a row for each learner and time.

    Parameters
    ----------
    names : tuple of str
        Learners.
    of : array, shape (observations,)
        Number of the learner.
    time, correct, trials : array, shape (observations,)
        When, how many were right, of how many.
    """

    names: tuple[str, ...]
    of: np.ndarray
    time: np.ndarray
    correct: np.ndarray
    trials: np.ndarray

    def __repr__(self) -> str:
        return f"<Data of {len(self.names)} learners>"


def fit_hierarchical(
    answers: pd.DataFrame,
    *,
    depth: float | str = 2,
    chance: End = 0.5,
    lapse: End = 0.02,
    curve: str = "network",
    draws: int = 1000,
    warmup: int = 1000,
    chains: int = 2,
    seed: int = 0,
) -> LearningPosterior:
    r"""Fit learning curves of many learners together, by Bayes.

    Half-times :math:`h_i` and shares before learning :math:`r_i` vary over learners,

    .. math:: \ln h_i \sim N(\mu_h, \sigma_h), \quad \mathrm{logit}\,r_i \sim N(\mu_r, \sigma_r),

    and answers are right with probability :math:`c + (1 - c - \ell)\,q_i(t)`, independently.

    Implements: saxe2014 (13)
    Checked by: tests/fitting/test_hierarchy.py::test_learners_are_found_again

    Parameters
    ----------
    answers : DataFrame
        Columns learner, time (or block), correct, trials: one row for each learner and time; learners may have
        different times.
    depth : float or "fit"
        Of the curves; fitted, it is one depth for all learners.
    chance : float
        Share of right answers without knowledge.
    lapse : float or "fit"
        Share of wrong answers with full knowledge; fitted, it is one lapse for all learners.
    curve : {"network", "power law", "weibull"}
        The last two have a third number for each learner, for comparison (`compare_posteriors`).
    draws, warmup, chains : int
        Of the No-U-Turn sampler, for each chain.
    seed : int
        Of the sampler.

    Returns
    -------
    LearningPosterior

    Raises
    ------
    InputError
        NumPyro is not installed, columns that are missing, numbers that cannot be.

    See Also
    --------
    fit_learning_curve : one learner, by maximum likelihood.

    Notes
    -----
    Priors, with T the last time: :math:`\mu_h \sim N(\ln(T/2), 1)`, :math:`\sigma_h` half-normal .5, :math:`\mu_r \sim
    N(-4, 1.5)`, :math:`\sigma_r` half-normal 1, a fitted lapse Beta(1, 20), a fitted depth 1 + lognormal(.5, .7). With
    fewer than three learners there is no population: :math:`\mu` and :math:`\sigma` are 0 and 1 steps of these priors.
    Chains start at the most likely curves. Read `problems` of the result before anything else.
    """
    numpyro = _numpyro()
    one_of(curve, CURVES, "curve")
    if isinstance(depth, str) and depth != FIT:
        raise InputError("depth", f"is {depth!r}, which is no number", "write 2, or 'fit'")
    free = isinstance(depth, str)
    layers, floor, ceiling = assumed(2.0 if free else finite(depth, "depth"), chance, lapse)
    if floor is None:
        raise InputError("chance", f"is {chance!r}, but it has to be known here", "write 0.5, or one over the choices")
    sizes = {
        name: whole(size, name, 2 if name == "draws" else 1, "a posterior takes draws")
        for name, size in (("draws", draws), ("warmup", warmup), ("chains", chains))
    }
    data = _data(answers)
    known = {"depth": FIT if free else layers, "chance": floor, "lapse": FIT if ceiling is None else 1 - ceiling,
             "curve": curve}  # fmt: skip
    import jax

    with jax.enable_x64(True), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="There are not enough devices")
        from numpyro.infer import MCMC, NUTS, init_to_value

        model = _model(numpyro, data, layers, known)
        start = init_to_value(values=_start(data, layers, floor, ceiling))
        several = jax.local_device_count() >= sizes["chains"] > 1
        sampler = MCMC(
            NUTS(model, init_strategy=start, target_accept_prob=CAREFUL),
            num_warmup=sizes["warmup"], num_samples=sizes["draws"], num_chains=sizes["chains"],
            chain_method="parallel" if several else "vectorized", progress_bar=is_shown(),
        )  # fmt: skip
        sampler.run(
            jax.random.PRNGKey(seed), extra_fields=("diverging", "accept_prob", "num_steps", "potential_energy")
        )
        drawn = {name: np.asarray(each) for name, each in sampler.get_samples(group_by_chain=True).items()}
        extra = {name: np.asarray(each) for name, each in sampler.get_extra_fields(group_by_chain=True).items()}
    return posterior_of(data, drawn, extra, known | {"seed": seed, "warmup": sizes["warmup"]})


def _numpyro() -> Any:
    try:
        import numpyro
    except ImportError:
        raise InputError(None, "NumPyro is not installed", "write pip install 'ontogeny[bayes]'") from None
    return numpyro


def _data(answers: pd.DataFrame) -> Data:
    table = answers.rename(columns={"block": "time"}) if "time" not in answers else answers
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise InputError(
            "answers", f"lacks the column {missing[0]!r}", f"pass a table with the columns {', '.join(COLUMNS)}"
        )
    names = list(dict.fromkeys(table["learner"].astype(str)))
    number = {name: place for place, name in enumerate(names)}
    of = table["learner"].astype(str).map(number).to_numpy()
    time, correct, trials = (table[name].to_numpy(dtype=float) for name in COLUMNS[1:])
    for place in range(len(names)):
        right_answers(time[of == place], correct[of == place], trials[of == place])
    return Data(tuple(names), of, time, correct, trials)


def _start(data: Data, depth: float, chance: float, ceiling: float | None) -> dict[str, Any]:
    """The most likely curves, as values of the model."""
    from . import traced_curves

    lapse = 0.02 if ceiling is None else 1 - ceiling
    lapse = min(lapse, (1 - chance) / 2)
    rows = [data.of == place for place in range(len(data.names))]
    fits = [
        fit_learning_curve(
            data.time[own], data.correct[own], data.trials[own], depth=depth, chance=chance, lapse=lapse, level=None
        )
        for own in rows
    ]
    last = data.time.max()
    half = np.log([fit.half_time if fit.is_learning else last for fit in fits])
    start = traced_curves.logit(np.array([fit.initial_fraction if fit.is_learning else 0.02 for fit in fits]))
    start = np.clip(start, -10.0, -0.5)
    center, spread = float(np.median(start)), max(float(np.std(start)), 0.3)
    wide = max(float(np.std(half)), 0.1)
    return {
        "half_time_center": float(np.mean(half)), "half_time_spread": wide, "log_half_time": half,
        "start_center": center, "start_spread": spread, "start": (start - center) / spread,
        "lapse": lapse, "deeper": 1.0, "third_center": 0.0, "third_spread": 0.5, "third": np.zeros(len(fits)),
    }  # fmt: skip


def _model(numpyro: Any, data: Data, depth: float, known: dict[str, Any]) -> Callable[[], None]:
    """The model, with half-times as they are and starts relative to their population."""
    import jax.numpy as jnp
    import numpyro.distributions as of

    from . import traced_curves

    many, middle = len(data.names), float(np.log(data.time.max() / 2))
    population = many >= FEWEST
    curve, chance = known["curve"], float(known["chance"])

    def relative(name: str, center: tuple[float, float], spread: float) -> Any:
        """Values of all learners, each so many spreads from their center."""
        each = numpyro.sample(name, of.Normal(0.0, 1.0).expand([many]).to_event(1))
        if not population:
            return center[0] + center[1] * each
        about = numpyro.sample(f"{name}_center", of.Normal(*center))
        return about + numpyro.sample(f"{name}_spread", of.HalfNormal(spread)) * each

    def model() -> None:
        if population:
            about = numpyro.sample("half_time_center", of.Normal(middle, HALF))
            wide = numpyro.sample("half_time_spread", of.HalfNormal(SPREADS[0]))
        else:
            about, wide = middle, HALF
        half = numpyro.sample("log_half_time", of.Normal(about, wide).expand([many]).to_event(1))
        start = relative("start", START, SPREADS[1])
        lapse = numpyro.sample("lapse", of.Beta(*LAPSES)) if known["lapse"] == FIT else known["lapse"]
        t, whose = jnp.asarray(data.time), data.of
        if curve == "network":
            layers = 1 + numpyro.sample("deeper", of.LogNormal(*DEEPER)) if known["depth"] == FIT else depth
            start = jnp.clip(start, traced_curves.LOW + 1, -1e-3)
            q = traced_curves.share_of_end(t, half[whose], start[whose], layers)
        else:
            third = relative("third", THIRD, SPREADS[0])
            law = traced_curves.power_law if curve == "power law" else traced_curves.weibull
            q = law(t, half[whose], start[whose], third[whose])
        right = numpyro.deterministic("right", chance + (1 - chance - lapse) * q)
        numpyro.deterministic("initial_logit", start)
        if curve != "network":
            numpyro.deterministic("log_third", third)
        numpyro.sample("correct", of.Binomial(jnp.asarray(data.trials), right), obs=jnp.asarray(data.correct))

    return model
