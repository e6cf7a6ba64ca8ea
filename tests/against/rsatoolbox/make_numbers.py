"""Numbers of rsatoolbox for inputs that formulas give: ``python make_numbers.py > numbers.json``."""

import json
import sys
from importlib.metadata import version

import numpy as np

ITEMS = ["c", "a", "b", "e", "d"]
RUNS, UNITS, TIMES = 3, 6, 4
METHODS = ["corr", "spearman", "tau-a", "tau-b", "rho-a", "cosine", "cosine_cov"]
CEILINGS = ["corr", "cosine", "cosine_cov", "spearman", "rho-a", "tau-a"]


def wave(*shape):
    """Irregular numbers between -1 and 1, the same everywhere."""
    return np.sin(1.0 + 12.9898 * np.arange(np.prod(shape)) ** 1.1).reshape(shape).round(6)


def inputs():
    """Trials (time, trial, unit) of five items in three runs, a precision, and RDMs of four subjects as vectors."""
    signal = wave(TIMES, 1, len(ITEMS), UNITS)
    trials = signal + 0.4 * wave(TIMES, RUNS + 1, len(ITEMS), UNITS)[:, 1:]
    mixing = np.eye(UNITS) + 0.3 * wave(UNITS, UNITS)
    subjects = 1.5 + wave(5, 10)[1:]
    subjects[2:] = subjects[2:].round(1)  # two with ties
    return {
        "activity": trials.reshape(TIMES, -1, UNITS),
        "item": ITEMS * RUNS,
        "run": np.repeat(np.arange(RUNS), len(ITEMS)).tolist(),
        "precision": mixing @ mixing.T,
        "subjects": subjects,
    }


def numbers():
    """What rsatoolbox makes of them; items are sorted by name."""
    from rsatoolbox.data import Dataset, TemporalDataset
    from rsatoolbox.data.noise import cov_from_unbalanced
    from rsatoolbox.inference import boot_noise_ceiling
    from rsatoolbox.rdm import RDMs, calc_rdm, calc_rdm_movie, compare

    given = inputs()
    labels = {"item": given["item"], "run": given["run"]}
    data = Dataset(given["activity"][0], obs_descriptors=labels)
    movie = TemporalDataset(
        np.moveaxis(given["activity"], 0, 2), obs_descriptors=labels, time_descriptors={"time": np.arange(TIMES)}
    )
    found = {"rsatoolbox": version("rsatoolbox"), "numpy": np.__version__}
    distances = {
        "euclidean": calc_rdm(data, "euclidean", "item"),
        "correlation": calc_rdm(data, "correlation", "item"),
        "mahalanobis": calc_rdm(data, "mahalanobis", "item", noise=given["precision"]),
        "crossnobis": calc_rdm(data, "crossnobis", "item", cv_descriptor="run"),
        "crossnobis_precision": calc_rdm(data, "crossnobis", "item", noise=given["precision"], cv_descriptor="run"),
        "movie": calc_rdm_movie(movie, "euclidean", "item"),
    }
    found["items"] = [str(name) for name in distances["euclidean"].pattern_descriptors["item"]]
    found["distances"] = {name: rdms.dissimilarities.tolist() for name, rdms in distances.items()}
    found["measures"] = {name: rdms.dissimilarity_measure for name, rdms in distances.items()}
    people = RDMs(given["subjects"])
    found["compare"] = {name: compare(people, people, name).tolist() for name in METHODS}
    found["bures_metric"] = compare(distances["movie"], distances["movie"], "bures_metric").tolist()
    found["ceilings"] = {name: [float(bound) for bound in boot_noise_ceiling(people, name)] for name in CEILINGS}
    found["covariance"] = {
        name: cov_from_unbalanced(data, "item", method=name).tolist() for name in ("diag", "full", "shrinkage_eye")
    }
    return found


if __name__ == "__main__":
    json.dump(numbers(), sys.stdout)
    print()
