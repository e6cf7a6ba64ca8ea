"""Shared machinery of the tests and of the documentation, importable by name."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS), str(TESTS.parent / "docs")]
