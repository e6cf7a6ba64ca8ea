"""Worker processes: lost ones are replaced, what kills them is found, and they end with whoever started them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ontogeny._core.checks import InputError
from ontogeny.sweeps import run
from swept_stores import logged_once, same, starts
from worlds_that_kill import deadly_once, deaths

pytest.importorskip("zarr")

PATIENCE = 120  # seconds until something that has to happen counts as not happening


def test_a_run_that_kills_its_process_fails_with_what_killed_it_and_the_others_are_there(tmp_path):
    found = run(deaths(), tmp_path / "a.zarr", workers=1)
    assert found.counts == {"done": 1, "failed": 1, "missing": 0}
    (sentence,) = found.failures
    assert sentence == "the process that computed it was killed by SIGKILL (out of memory?), twice"
    assert found.dataset["status"].values.tolist() == [1, 2]
    assert logged_once(tmp_path / "a.zarr")


def test_a_process_that_is_lost_once_costs_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("ONTOGENY_TEST_MARK", str(tmp_path / "mark"))
    found = run(deaths(deadly_once()), tmp_path / "a.zarr", workers=1)
    assert (tmp_path / "mark").exists() and found.counts == {"done": 2, "failed": 0, "missing": 0}


def test_one_two_and_no_workers_make_the_same_store(tmp_path):
    for name, workers in (("a", None), ("b", 2)):
        run(starts(70, looks=51), tmp_path / f"{name}.zarr", workers=workers)
    assert same(tmp_path / "a.zarr", tmp_path / "b.zarr")


def test_a_script_without_a_guard_is_told_so(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import ontogeny as on\n"
        "sweep = on.sweeps.Specification('predict', {'environment': 'rumelhart'}, grid={'depth': [1, 2]})\n"
        f"on.sweeps.run(sweep, {str(tmp_path / 'a.zarr')!r}, workers=1)\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "InputError: worker processes cannot start, as they run the script that starts them; put the call of" in (
        done.stderr
    )


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
def test_children_end_with_the_process_that_started_them(tmp_path):
    code = (
        "import sys, time\nfrom ontogeny.sweeps.children import Child\n"
        "if __name__ == '__main__':\n"
        "    child = Child({}); child.greet(); print(child.process.pid, flush=True); time.sleep(600)\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    end = time.monotonic() + PATIENCE
    while _lives(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _lives(child)


def _lives(process):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_workers_are_counted(tmp_path):
    with pytest.raises(InputError, match="workers is 0, but somebody has to work; write 1 or more"):
        run(starts(3), tmp_path / "a.zarr", workers=0)
    assert not os.listdir(tmp_path)
