"""Work shared with a copy of the process: the same pieces in the same order, whatever happens to the copy."""

import subprocess
import sys

import pytest

import copied_processes


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux only")
@pytest.mark.parametrize("check", copied_processes.CHECKS)
def test_two_processes(check):
    done = subprocess.run([sys.executable, copied_processes.__file__, check], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
