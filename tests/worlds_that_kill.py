"""A world that kills every process that learns from it, but for the one that hands out the work."""

import multiprocessing
import os
import signal

import ontogeny as on
from ontogeny.environments.environment import Environment


class Deadly(Environment):
    """A world whose modes nobody survives."""

    def spectrum(self):
        if multiprocessing.parent_process() is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().spectrum()


def deadly():
    """One of them, otherwise like the table of eight living things."""
    world = on.datasets.load("rumelhart")
    return Deadly(
        world.input_output_correlation, world.variation, world.names, world.normalization, world.data, world.notes
    )


class DeadlyOnce(Environment):
    """A world that kills the first process that learns from it, and leaves a mark."""

    def spectrum(self):
        mark = os.environ["ONTOGENY_TEST_MARK"]
        if multiprocessing.parent_process() is not None and not os.path.exists(mark):
            with open(mark, "w", encoding="utf-8"):
                os.kill(os.getpid(), signal.SIGKILL)
        return super().spectrum()


def deadly_once():
    """One of them."""
    world = on.datasets.load("rumelhart")
    return DeadlyOnce(
        world.input_output_correlation, world.variation, world.names, world.normalization, world.data, world.notes
    )


def deaths(world=None):
    """Two runs, of which the second kills whoever computes it."""
    grid = {"environment": ["rumelhart", world or deadly()]}
    return on.sweeps.Specification("predict", {"looks": 3}, grid=grid)
