"""The registry `bad_tables` stands beside these tests; make it importable in every import mode."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
