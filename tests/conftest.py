"""What every test stands on: one BLAS thread, no screen, hypothesis profiles, and skips that may be forbidden.

``ONTOGENY_REQUIRE=torch,jax,chromium`` turns the skip of a test that lacks one of these into a failure, so that a
machine which is meant to have them cannot quietly test less.
"""

import atexit
import os
import shutil
import tempfile

# Before anything imports NumPy or JAX: two test processes with many threads each are slower than with one.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
# Tests compile far longer than they compute: XLA takes less trouble, and what one process has compiled, others read.
os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_cpu_multi_thread_eigen=false --xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true",
)
if "JAX_COMPILATION_CACHE_DIR" not in os.environ:  # workers inherit it
    COMPILED = tempfile.mkdtemp(prefix="ontogeny-compiled-")
    atexit.register(shutil.rmtree, COMPILED, ignore_errors=True)
    os.environ |= {
        "JAX_COMPILATION_CACHE_DIR": COMPILED,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }
os.environ.setdefault("MPLBACKEND", "Agg")

import gc  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import hypothesis  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402

gc.set_threshold(200_000, 50, 100)  # JAX keeps millions of objects, through which every collection goes

# machinery that tests and documentation share is imported by name
TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS), str(TESTS.parent / "docs")]

# Tests draw the same examples at every run: a failure is the change's, not the dice's. `make fuzz` throws the dice.
hypothesis.settings.register_profile("default", deadline=None, derandomize=True)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, max_examples=30)
hypothesis.settings.register_profile("fuzz", deadline=None, max_examples=2000, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")

REQUIRED = [name.strip() for name in os.environ.get("ONTOGENY_REQUIRE", "").split(",") if name.strip()]


DRAWN = {}  # by name of a module: where its generator `DRAW` stood before the first test


@pytest.fixture(autouse=True)
def _same_draws(request):
    """What a test draws does not hang on which tests came before it."""
    module = getattr(request.node, "module", None)
    draw = getattr(module, "DRAW", None)
    if isinstance(draw, np.random.Generator):
        draw.bit_generator.state = DRAWN.setdefault(module.__name__, draw.bit_generator.state)


@pytest.fixture(scope="session")
def jax():
    """JAX, or a skip that says it is missing."""
    return pytest.importorskip("jax")


@pytest.fixture(scope="session")
def torch():
    """PyTorch, or a skip that says it is missing."""
    return pytest.importorskip("torch")


@pytest.fixture(scope="session")
def chromium():
    """Path of a Chromium that Playwright can drive, or a skip that says it is missing."""
    pytest.importorskip("playwright", reason="chromium cannot be driven: Playwright is not installed")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("chromium is not installed")
    return path


def unless_required(report):
    """Turn the skip of something that ``ONTOGENY_REQUIRE`` names into a failure."""
    if report.skipped and isinstance(report.longrepr, tuple) and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2])
        missing = [name for name in REQUIRED if name.lower() in reason.lower()]
        if missing:
            report.outcome = "failed"
            report.longrepr = f"{reason}\nbut ONTOGENY_REQUIRE asks for {', '.join(missing)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return unless_required((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return unless_required((yield))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """A run in which every test was skipped has tested nothing, and says so with pytest's own exit code for that."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_worker = hasattr(session.config, "workerinput")
    if reporter is None or is_worker or session.config.option.collectonly or exitstatus != pytest.ExitCode.OK:
        return
    if not any(reporter.stats.get(outcome) for outcome in ("passed", "xfailed")):
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
