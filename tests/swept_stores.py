"""Small sweeps for tests, and what must be true of their stores."""

import numpy as np

from ontogeny.sweeps import Specification, reading
from ontogeny.sweeps.layout import MISSING
from ontogeny.sweeps.log import Log


def starts(count=300, looks=401, **fixed):
    """A sweep of closed forms, in chunks of at least a hundred."""
    spaced = {"from": 1e-6, "to": 1e-2, "count": count, "spacing": "log"}
    fixed = {"environment": "rumelhart", "looks": looks, **fixed}
    return Specification("predict", fixed, grid={"depth": [1, 2, 3], "initial_strength": spaced})


def networks(seeds=24, **fixed):
    """A sweep of trained networks, of which those with the largest learning rate diverge."""
    fixed = {"environment": "rumelhart", "until": 20.0, "hidden_units": 8, "initial_scale": 0.4, **fixed}
    return Specification("simulate", fixed, grid={"learning_rate": [0.02, 0.04, 1.5], "seed": {"range": seeds}})


def as_toml(specification):
    """The file that says what a specification says."""
    import json

    def value(each):
        if isinstance(each, dict):
            return "{ " + ", ".join(f"{key} = {value(one)}" for key, one in each.items()) + " }"
        return json.dumps(each)

    parts = [f"command = {json.dumps(specification.command)}"]
    for name in ("fixed", "grid"):
        table = getattr(specification, name)
        parts.append("\n".join([f"[{name}]", *(f"{key} = {value(each)}" for key, each in table.items())]))
    return "\n".join(parts) + "\n"


def same(one, other):
    """Whether two stores hold the same table, bit for bit."""
    first, second = reading.open(one).load(), reading.open(other).load()
    return first.identical(second) and all(
        np.asarray(first[name]).tobytes() == np.asarray(second[name]).tobytes()
        for name in first.variables if first[name].dtype.kind in "fiu"
    )  # fmt: skip


def logged_once(store):
    """Whether the log has one line for every run that is recorded, and for no other."""
    recorded = np.flatnonzero(np.asarray(reading.open(store)["status"]) != MISSING)
    return sorted(entry["run"] for entry in Log.of(store).entries()) == recorded.tolist()
