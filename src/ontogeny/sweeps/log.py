"""Wall times, one line for each run that was recorded, in a file beside the store."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .outcomes import Outcome


@dataclass(frozen=True)
class Log:
    """Wall times of the runs in a store.

    Parameters
    ----------
    path : Path
        The file: JSON, one line for each run.
    """

    path: Path

    @classmethod
    def of(cls, store: Path) -> Log:
        """The log beside a store."""
        return cls(store.with_name(f"{store.name}.log"))

    def __repr__(self) -> str:
        return f"<Log: {self.path}>"

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Write down runs, before they are recorded."""
        lines = [
            json.dumps({"run": each.run, "seconds": round(each.seconds, 6), "by": each.by,
                        "status": "failed" if each.values is None else "done"})
            for each in outcomes
        ]  # fmt: skip
        with self.path.open("a", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))

    def entries(self) -> list[dict[str, Any]]:
        """What is written down, without lines that a killed sweep has left half written."""
        if not self.path.exists():
            return []
        found = []
        for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict) and "run" in entry:
                found.append(entry)
        return found

    def keep(self, recorded: set[int]) -> None:
        """Leave out what was written down and not recorded: a sweep that ends in between repeats the run."""
        entries = self.entries()
        kept = {entry["run"]: entry for entry in entries if entry["run"] in recorded}
        if not self.path.exists():
            return
        draft = self.path.with_name(f".{self.path.name}.draft")
        draft.write_text("".join(f"{json.dumps(entry)}\n" for entry in kept.values()), encoding="utf-8")
        os.replace(draft, self.path)
