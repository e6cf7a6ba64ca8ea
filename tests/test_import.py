"""Importing the package is light, and every name it promises is there."""

import os
import subprocess
import sys

import pytest

HEAVY = ("jax", "torch", "zarr", "dask", "xarray", "pandas", "matplotlib", "scipy", "networkx", "h5py")


def python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_importing_pulls_in_nothing_heavy():
    done = python(f"import ontogeny, sys; print([name for name in {HEAVY!r} if name in sys.modules])", EAGER_IMPORT="")
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_every_promised_name_is_there():
    done = python("import ontogeny; [getattr(ontogeny, name) for name in ontogeny.__all__]", EAGER_IMPORT="1")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "name",
    [
        "modes",
        "networks",
        "representation",
        "semantics",
        "environments",
        "forms",
        "tables",
        "taxonomies",
        "generalization",
        "propagation",
        "plasticity",
        "fitting",
        "random_matrices",
        "plot",
        "report",
        "sweeps",
    ],
)
def test_every_room_shows_what_it_promises(name):
    room = getattr(__import__("ontogeny"), name)
    assert all(hasattr(room, each) for each in room.__all__)
