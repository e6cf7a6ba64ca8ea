"""
9. A sweep, here and on a cluster
=================================

How does the time of learning depend on depth, on the start, on the width of the hidden layer? **One command runs all
settings, keeps every run in one store, and goes on where it ended**, in this process, in two, or on many machines.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt

import ontogeny as on

folder = Path(tempfile.mkdtemp())  # a folder of yours, where it shall stay

# %%
# What to run
# -----------
#
# A command of the package, what is the same in all runs, and what varies. Here: three depths and twenty starts
# of the theory, sixty runs in one call. The same can be written as a file and run by ``ontogeny sweep
# starts.toml --out starts.zarr``.

starts = on.sweeps.Specification(
    "predict",
    fixed={"environment": "rumelhart"},
    grid={
        "depth": [1, 2, 3],
        "initial_strength": {"from": 1e-5, "to": 1e-2, "count": 20, "spacing": "log"},
    },
)
found = on.sweeps.run(starts, folder / "starts.zarr")
print(found)

# %%
# The store is labelled by the settings, and leaves as a table with a row for each run.

half_time = found.dataset["half_time"].sel(mode=1)
print(half_time.sel(depth=2).values[[0, -1]].round(2))
found.to_dataframe().head()

# %%
# With one layer the start does not matter. With two the time grows with its logarithm, with three as a power: deep
# networks wait.

on.plot.sweep(found.dataset, "half_time", over="initial_strength", mode=1)
plt.xscale("log")
plt.yscale("log")
plt.show()

# %%
# Networks, and what goes wrong
# -----------------------------
#
# Trained networks are swept in the same way; what varies may be the seed. A learning rate beyond the stable one makes
# a run that fails. It is kept as failed, with its sentence, and the others are there.

networks = on.sweeps.Specification(
    "simulate",
    fixed={"environment": "rumelhart", "hidden_units": 16, "until": 20.0},
    grid={"learning_rate": [0.01, 0.05, 0.6], "seed": {"range": 3}},
)
trained = on.sweeps.run(networks, folder / "networks.zarr")
print(trained)

# %%
# Run it again, and it does nothing: what is recorded is never computed twice. A sweep that was killed goes on in the
# same way, and ends in the same store.

again = on.sweeps.run(networks, folder / "networks.zarr")
assert again.dataset["mode_strength"].equals(trained.dataset["mode_strength"])

# %%
# More than one process, more than one machine
# --------------------------------------------
#
# Where a run takes seconds, ``workers=2`` (or ``--workers 2``) computes in two processes. On a cluster, Dask
# carries the runs to the machines, and one process writes:
#
# .. code-block:: sh
#
#     # on the first machine, whose address is 10.0.0.5
#     dask scheduler
#     # on every machine, with the same version of ontogeny
#     dask worker tcp://10.0.0.5:8786 --nworkers auto --nthreads 1
#     # where the store shall lie
#     ontogeny sweep nets.toml --out nets.zarr --cluster tcp://10.0.0.5:8786
#     # how far it is, also while it runs
#     ontogeny sweep-status nets.zarr
#
# What a sweep survives, random designs, and every setting that can vary: :doc:`/sweeps`.
#
# What this page claims, checked:

log_slope = half_time.values[:, 0] / half_time.values[:, -1]
assert log_slope[0] < 1.2 < 2 < log_slope[1] < 4 < log_slope[2]
assert (trained.dataset["status"].sel(learning_rate=0.6) == 2).all() and (trained.dataset["status"] == 1).sum() == 6
