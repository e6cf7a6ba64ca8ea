"""Damaged files of every format: each is answered or refused in one sentence, soon, and nothing else happens.

``python tests/tables/fuzz_readers.py --minutes 5`` damages small made files at random and reads them in every way. It
says how many inputs there were and what became of them. An input that raises anything but an `InputError`, warns, takes
more than two seconds or gets more than one line is written to a file; then the exit code is 1. ``--seed`` begins
elsewhere.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from reader_seeds import BESIDE, seeds

from ontogeny import Environment, InputError
from ontogeny.semantics.ratings import read_ratings
from ontogeny.tables.files import read_columns, read_table
from ontogeny.tables.norms.formats import read_norms
from ontogeny.taxonomies import Taxonomy

SLOW = 2.0  # seconds that reading one small file may take
EDITS = (1, 1, 2, 5, 15)
ITEMS = ("robin", "trout", "worm", "oak")
# What people's files hold where nobody expects it.
TOKENS = (
    *(b'"', b"'", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"(", b")", b"[", b":", b"((", b"\\", b"{", b"#"),
    *(
        b"\0",
        b"\xa0",
        b"\xff",
        b"\xc3",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x1b[31m",
        b"\xe2\x80\x8b",
        "³".encode(),
        "٣".encode(),
    ),
    *(b"1e999", b"-inf", b"nan", b"NA", b"=1+1", b"999", b"-9", b"1,5", b"1.234,5", b"5%", b"1e-320", b"yes", b"TRUE"),
    *(b"item", b"feature", b"value", b"Concept", b"total", b"sep=;\n", b"<html>", b"x" * 300, b" " * 50),
)


def damaged(content: bytes, draw: random.Random) -> bytes:
    """Some bytes changed, put in, taken out or repeated."""
    found = bytearray(content)
    for _ in range(draw.choice(EDITS)):
        place = draw.randrange(len(found) + 1)
        other = draw.randrange(len(found) + 1)
        match draw.randrange(4):
            case 0:
                found[place : place + 1] = bytes([draw.randrange(256)])
            case 1:
                found[place:place] = draw.choice(TOKENS)
            case 2:
                del found[place : place + draw.choice((1, 3, 20))]
            case _:
                found[place:place] = found[min(place, other) : max(place, other)][:200]
    return bytes(found)


def inputs(seed: int) -> Iterator[tuple[str, bytes]]:
    """Endless damaged files: name and content. Every tenth text has the name of another kind of file."""
    made = seeds()
    names = sorted(made)
    for number in count():
        draw = random.Random(f"{seed} {number}")
        name = draw.choice(names)
        content = damaged(made[name], draw)
        yield (draw.choice(names) if draw.random() < 0.1 else name), content


def _world(path: Path) -> object:
    return Environment.from_dataframe(read_table(path)[0]).summary()


def _ratings(path: Path) -> object:
    return repr(read_ratings(read_columns(path)[0], ITEMS))


def _labels(path: Path) -> object:
    frame = read_columns(path)[0]
    return Taxonomy.from_labels(frame.iloc[:, 1:], items=frame.iloc[:, 0].astype(str).tolist())


def _tree(path: Path) -> object:
    return Taxonomy.from_newick(path.read_text(encoding="utf-8", errors="replace")).to_dataframe()


READERS: tuple[Callable[[Path], object], ...] = (
    read_table, read_columns, read_norms, lambda path: read_norms(path, "leuven"), _world, _ratings, _labels,
)  # fmt: skip


def readers(path: Path) -> tuple[Callable[[Path], object], ...]:
    """Whatever may read a file of this name."""
    return (_tree,) if path.suffix == ".nwk" else READERS


def reading(reader: Callable[[Path], object], path: Path) -> tuple[bool, str]:
    """Whether a file is answered, and what is wrong with how it was read; empty if nothing is."""
    begin, answered, wrong = time.perf_counter(), False, ""
    try:
        reader(path)
        answered = True
    except InputError as refusal:
        if len(str(refusal).splitlines()) != 1:
            wrong = f"a message of {len(str(refusal).splitlines())} lines: {refusal}"
    except Exception as error:
        wrong = f"{type(error).__name__}: {error}"
    taken = time.perf_counter() - begin
    return answered, wrong or (f"{taken:.1f} seconds" if taken > SLOW else "")


@dataclass
class Tally:
    """What became of the inputs so far."""

    answered: int = 0
    refused: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    kept: dict[str, Path] = field(default_factory=dict)

    def look(self, name: str, content: bytes, folder: Path, keep: Path) -> None:
        """Read one input in every way; keep it if it is the first that goes wrong like this."""
        path = folder / name
        path.write_bytes(content)
        found = [reading(reader, path) for reader in readers(path)]
        self.answered += any(answered for answered, _ in found)
        self.refused += not any(answered for answered, _ in found)
        for wrong in {wrong for _, wrong in found if wrong}:
            kind = wrong.replace(str(folder), "")[:60]
            self.wrong[kind] += 1
            if kind not in self.kept:
                keep.mkdir(parents=True, exist_ok=True)
                self.kept[kind] = keep / f"{len(self.kept) + 1}-{name}"
                self.kept[kind].write_bytes(content)

    def __str__(self) -> str:
        total = self.answered + self.refused
        lines = [f"{total} inputs: {self.answered} answered, {self.refused} refused, {sum(self.wrong.values())} wrong"]
        lines += [f"{count} times {kind!r}: {self.kept[kind]}" for kind, count in self.wrong.most_common()]
        return "\n".join(lines)


def fuzz(seed: int, keep: Path, *, most: int | None = None, minutes: float = 1.0) -> Tally:
    """Read damaged files until there were so many, or for so long; those that go wrong are kept."""
    tally, end = Tally(), time.monotonic() + 60 * minutes
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, content in BESIDE.items():
            (Path(folder) / name).write_bytes(content)
        for number, (name, content) in enumerate(inputs(seed)):
            if number == most or (most is None and time.monotonic() > end):
                break
            tally.look(name, content, Path(folder), keep)
    return tally


def main() -> int:
    """Fuzz for as long as asked, and say what was found."""
    asked = argparse.ArgumentParser(description="Read damaged files of every format.")
    asked.add_argument("--minutes", type=float, default=1.0)
    asked.add_argument("--count", type=int)
    asked.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    asked.add_argument("--keep", type=Path, default=Path("fuzzed"), help="folder for inputs that go wrong")
    options = asked.parse_args()
    tally = fuzz(options.seed, options.keep, most=options.count, minutes=options.minutes)
    print(f"seed {options.seed}, {tally}")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
