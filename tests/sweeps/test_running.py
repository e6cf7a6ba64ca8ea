"""A sweep that is killed, at whatever moment, goes on where it was: nothing recorded is lost or doubled."""

import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from ontogeny._core.checks import InputError
from ontogeny.sweeps import claim, reading, run, status
from ontogeny.sweeps.claim import lock_of
from ontogeny.sweeps.layout import MISSING
from swept_stores import as_toml, logged_once, networks, same, starts
from worlds_that_kill import deaths

pytest.importorskip("zarr")

PATIENCE = 300  # seconds until a sweep that makes no progress is a failure
STARTS = 300 if os.environ.get("CI") else 700  # for each of three depths: nine chunks of a hundred runs, or some twenty
WHOLE = starts(STARTS, looks=401)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The store of a sweep that nothing disturbs."""
    place = tmp_path_factory.mktemp("undisturbed") / "a.zarr"
    assert run(WHOLE, place).is_complete
    return place


def killed(specification, store, after, pause, *options):
    """Start a sweep as a process, and kill it some time after it has recorded so many runs."""
    spec = store.with_suffix(".toml")
    spec.write_text(as_toml(specification), encoding="utf-8")
    words = [sys.executable, "-m", "ontogeny", "sweep", str(spec), "--out", str(store), "--quiet", *options]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    log, end = store.with_name(f"{store.name}.log"), time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if (log.read_bytes().count(b"\n") if log.exists() else 0) >= after:
            break
        time.sleep(0.001)
    time.sleep(pause)
    process.kill()
    process.wait()


def recorded(store):
    """Runs that a store holds, and what it holds of them."""
    data = reading.open(store).load()
    done = np.asarray(data["status"]) != MISSING
    return done, {
        name: np.asarray(data[name])[done].tobytes() for name in ("loss", "time", "mode_strength", "half_time")
    }


@pytest.mark.parametrize("seed", range(3))
def test_a_sweep_that_is_killed_at_random_moments_ends_as_an_undisturbed_one(tmp_path, undisturbed, seed):
    draw = np.random.default_rng(seed)
    store, options = tmp_path / "a.zarr", ("--workers", "2") if seed == 2 else ()
    killed(WHOLE, store, int(draw.integers(0, 3 * STARTS - 100)), float(draw.uniform(0, 0.05)), *options)
    before = None
    if store.exists():
        before, values = recorded(store)
    found = run(WHOLE, store)
    assert found.is_complete and same(store, undisturbed) and logged_once(store)
    assert not list(store.rglob("*.partial")) and not lock_of(store).exists()
    if before is not None:
        whole = reading.open(store).load()
        assert all(np.asarray(whole[name])[before].tobytes() == held for name, held in values.items())


def test_what_was_recorded_is_not_computed_again(tmp_path, undisturbed, monkeypatch):
    shutil.copytree(undisturbed, tmp_path / "a.zarr")
    shutil.copy(undisturbed.with_name("a.zarr.log"), tmp_path / "a.zarr.log")
    computed = []
    monkeypatch.setattr("ontogeny.sweeps.running.computed", lambda batch, inputs: computed.append(batch) or [])
    assert run(WHOLE, tmp_path / "a.zarr").is_complete and computed == []


def test_runs_that_diverge_are_kept_and_a_killed_sweep_of_networks_goes_on(tmp_path):
    asked = networks(10)
    run(asked, tmp_path / "b.zarr")
    killed(asked, tmp_path / "a.zarr", 1, 0.0, "--workers", "2")
    found = run(asked, tmp_path / "a.zarr")
    assert found.counts == {"done": 20, "failed": 10, "missing": 0}
    assert same(tmp_path / "a.zarr", tmp_path / "b.zarr") and logged_once(tmp_path / "a.zarr")
    (sentence,) = found.failures
    assert "learning_rate" in sentence and found.failures[sentence][3] == "learning_rate = 1.5, seed = 3"


def test_what_ended_a_sweep_in_its_own_process_is_found_by_a_child(tmp_path):
    asked = deaths()
    with claim.claimed(tmp_path / "a.zarr"):
        pass
    lock_of(tmp_path / "a.zarr").write_text("[0, 1]", encoding="utf-8")  # as a sweep that died leaves it
    found = run(asked, tmp_path / "a.zarr")
    assert found.counts == {"done": 1, "failed": 1, "missing": 0} and "killed by SIGKILL" in next(iter(found.failures))


def test_ctrl_c_keeps_what_is_there(tmp_path, undisturbed, monkeypatch):
    from ontogeny.sweeps import running

    calls = []

    def stopped(batch, inputs, computed=running.computed):
        calls.append(batch)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return computed(batch, inputs)

    monkeypatch.setattr(running, "computed", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(WHOLE, tmp_path / "a.zarr")
    monkeypatch.undo()
    kept = status(tmp_path / "a.zarr")
    assert kept.counts["done"] == sum(len(batch.runs) for batch in calls[:5])
    run(WHOLE, tmp_path / "a.zarr")
    assert same(tmp_path / "a.zarr", undisturbed)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a few megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if shutil.which("mount") is None or os.name != "posix" or os.getuid() != 0:
        pytest.skip("a small disk can be mounted by root only")
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_ends_a_sweep_cleanly_and_room_lets_it_go_on(small_disk, undisturbed):
    store = small_disk / "a.zarr"
    with pytest.raises(OSError, match=r"No space left on device: what was written to '.*a.zarr' before stays"):
        run(WHOLE, store)
    kept = status(store)
    assert 0 < kept.counts["done"] < kept.runs and not kept.failures
    with pytest.raises(OSError, match="No space left on device"):  # and again, as long as it is full
        run(WHOLE, store)
    assert status(store).counts["done"] >= kept.counts["done"]
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    assert run(WHOLE, store).is_complete
    assert same(store, undisturbed) and logged_once(store)


def test_a_store_on_which_a_sweep_works_is_refused(tmp_path):
    with claim.claimed(tmp_path / "a.zarr"), pytest.raises(InputError, match="another sweep is writing to"):
        run(starts(3), tmp_path / "a.zarr")


def test_a_disk_that_is_full_for_the_store_itself_leaves_nothing(tmp_path, monkeypatch):
    def full(draft, layout):
        draft.mkdir()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ontogeny.sweeps.store._make", full)
    with pytest.raises(OSError, match="No space left on device"):
        run(starts(3), tmp_path / "a.zarr")
    assert os.listdir(tmp_path) == []


def test_sigterm_is_an_interruption_at_the_command_line(tmp_path):
    spec = tmp_path / "spec.toml"
    spec.write_text(as_toml(networks(200, until=200.0)), encoding="utf-8")
    store = tmp_path / "a.zarr"
    words = [sys.executable, "-m", "ontogeny", "sweep", str(spec), "--out", str(store), "--workers", "1"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + PATIENCE
    while not store.exists() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)  # shells without job control have their children ignore SIGINT
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (130, "")
    assert err.startswith("ontogeny: stopped; ") and "and the same command goes on with the others" in err
    assert err.count("\n") == 1 and not lock_of(store).exists()


def test_progress_counts_what_is_missing(tmp_path, monkeypatch):
    from ontogeny.sweeps import running

    seen = []
    monkeypatch.setattr(running, "track", lambda items, what, total: seen.append((what, total)) or items)
    run(starts(5, looks=3), tmp_path / "a.zarr")
    run(starts(5, looks=3), tmp_path / "a.zarr")
    assert seen == [("runs", 15), ("runs", 0)]
