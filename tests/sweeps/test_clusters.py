"""Dask: two workers of one scheduler, lost workers, runs that kill them, addresses that are none."""

import os
import signal
import subprocess
import sys
import threading
import time
import types

import pytest

import ontogeny as on
from ontogeny._core.checks import InputError
from ontogeny.sweeps import clusters, run
from ontogeny.sweeps.layout import MISSING
from ontogeny.sweeps.log import Log
from ontogeny.sweeps.reading import status
from swept_stores import logged_once, networks, same
from worlds_that_kill import deaths

pytest.importorskip("zarr")
distributed = pytest.importorskip("distributed")

PATIENCE = 300
WORDS = [sys.executable, "-W", "ignore", "-m", "dask"]


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """Address of a scheduler with two workers, each a process of its own, as on two machines."""
    place = tmp_path_factory.mktemp("dask")
    settings = {
        **os.environ,
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),  # where the tests' own worlds are
    }
    known = place / "scheduler.json"
    started = dict(cwd=place, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    words = [
        "scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--dashboard-address",
        ":0",
        "--scheduler-file",
        str(known),
    ]
    processes = [subprocess.Popen([*WORDS, *words], **started)]
    worker = [
        "worker",
        "--scheduler-file",
        str(known),
        "--nthreads",
        "1",
        "--dashboard-address",
        ":0",
        "--host",
        "127.0.0.1",
    ]
    processes += [subprocess.Popen([*WORDS, *worker], **started) for _ in range(2)]
    end = time.monotonic() + PATIENCE
    while not known.exists() and time.monotonic() < end:
        time.sleep(0.05)
    client = distributed.Client(scheduler_file=str(known), timeout=PATIENCE, set_as_default=False)
    client.wait_for_workers(2, timeout=PATIENCE)
    address = client.scheduler.address
    yield address
    client.close()
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait()


def test_two_workers_of_one_scheduler_make_the_store_that_one_process_makes(scheduler, tmp_path):
    found = run(networks(6), tmp_path / "a.zarr", cluster=scheduler)
    run(networks(6), tmp_path / "b.zarr")
    assert found.counts == {"done": 12, "failed": 6, "missing": 0}
    assert same(tmp_path / "a.zarr", tmp_path / "b.zarr") and logged_once(tmp_path / "a.zarr")
    assert not {entry["by"] for entry in Log.of(tmp_path / "a.zarr").entries()} & {
        f"{os.uname().nodename}:{os.getpid()}"
    }


def test_a_worker_that_is_killed_on_the_way_costs_nothing(scheduler, tmp_path):
    asked = networks(6, until=60.0)
    killed = []

    def kill():
        with distributed.Client(scheduler, set_as_default=False) as client:
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end and not killed:
                busy = {worker for worker, tasks in client.processing().items() if tasks}
                for worker in busy:
                    killed.append(client.scheduler_info(n_workers=-1)["workers"][worker]["id"])
                    client.run(os.kill, _pid(client, worker), signal.SIGKILL, workers=[worker], on_error="ignore")
                    return
                time.sleep(0.01)

    threading.Thread(target=kill, daemon=True).start()
    found = run(asked, tmp_path / "a.zarr", cluster=scheduler)
    assert killed and found.is_complete
    run(asked, tmp_path / "b.zarr")
    assert same(tmp_path / "a.zarr", tmp_path / "b.zarr") and logged_once(tmp_path / "a.zarr")


def _pid(client, worker):
    return client.run(os.getpid, workers=[worker])[worker]


def test_a_run_that_kills_workers_fails_with_what_killed_it(scheduler, tmp_path):
    found = run(deaths(), tmp_path / "a.zarr", cluster=scheduler)
    assert found.counts == {"done": 1, "failed": 1, "missing": 0}
    assert "killed by SIGKILL" in next(iter(found.failures))


def test_a_world_that_a_cluster_cannot_read_is_refused(scheduler, tmp_path):
    module = types.ModuleType("known_only_here")
    exec("from ontogeny.environments.environment import Environment\nclass Odd(Environment): pass", vars(module))
    sys.modules[module.__name__] = module
    module.Odd.__module__ = module.__name__
    known = on.datasets.load("rumelhart")
    odd = module.Odd(
        known.input_output_correlation, known.variation, known.names, known.normalization, known.data, known.notes
    )
    try:
        with pytest.raises(
            InputError, match=r"cluster fails on .* with ModuleNotFoundError: No module named 'known_only"
        ):
            run(deaths(odd), tmp_path / "a.zarr", cluster=scheduler)
    finally:
        del sys.modules[module.__name__]


@pytest.mark.parametrize(
    ("address", "match"),
    [
        ("10.0.0.5", "cluster is '10.0.0.5', which is no address; write local, or tcp://HOST:8786"),
        (
            "tcp://127.0.0.1:9",
            "cluster is 'tcp://127.0.0.1:9', where no scheduler answers .*; start one with",
        ),
        ("ftp://127.0.0.1:9", "cluster is 'ftp://127.0.0.1:9', where no scheduler answers"),
    ],
)
def test_addresses_without_a_scheduler_are_refused(address, match, tmp_path, monkeypatch):
    monkeypatch.setattr(clusters, "PATIENCE", 1)
    with pytest.raises(InputError, match=match):
        run(networks(2), tmp_path / "a.zarr", cluster=address)
    with pytest.raises(ValueError, match="No clients found"):  # one that was left behind would catch all later work
        distributed.default_client()


def test_workers_with_another_version_are_refused(scheduler, tmp_path, monkeypatch):
    monkeypatch.setattr("ontogeny.sweeps.clusters.__version__", "99.0")
    with pytest.raises(InputError, match=r"cluster has workers with version .* of ontogeny, and this is 99.0; install"):
        run(networks(2), tmp_path / "a.zarr", cluster=scheduler)
    assert status(tmp_path / "a.zarr").counts["missing"] == 6 and MISSING == 0


def test_a_cluster_of_this_machine_is_started_and_ended(tmp_path):
    assert run(networks(2), tmp_path / "a.zarr", cluster="local", workers=1).is_complete
