"""How `wordnet.csv` was made: python make_wordnet.py DICT writes it anew from WordNet 3.0.

DICT is the folder that holds WordNet's files `index.noun` and `data.noun`
(https://wordnetcode.princeton.edu/3.0/WordNet-3.0.tar.gz). A noun belongs to every hypernym of its sense, by any
path; categories that at least two of the nouns share are kept, in the order in which they are first met from the
root down. Among senses of a word the first is taken, with the exceptions below.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

ITEMS = """
    canary robin sparrow eagle penguin owl salmon trout shark eel tuna dog cat horse cow whale bat mouse snake turtle
    ant bee butterfly fly worm spider oak pine maple birch rose daisy tulip sunflower hammer saw screwdriver axe
    chair table bed sofa car bus truck airplane boat bicycle
""".split()  # noqa: SIM905
# Number of the sense that is the living or the usable thing, where that is not WordNet's first.
SENSES = {
    "canary": 4, "trout": 2, "eel": 2, "tuna": 3, "whale": 2, "turtle": 2, "oak": 2, "maple": 2, "birch": 2,
    "hammer": 2, "saw": 2, "table": 2,
}  # fmt: skip
SHARED = 2  # nouns that a category has at least


class Nouns:
    """The nouns of WordNet: senses of a word, names and hypernyms of a sense."""

    def __init__(self, folder: Path) -> None:
        self.senses: dict[str, list[str]] = {}
        self.names: dict[str, str] = {}
        self.above: dict[str, list[str]] = {}
        for line in (folder / "index.noun").read_text(encoding="latin-1").splitlines():
            if not line.startswith(" "):
                word, _, _, pointers, *rest = line.split()
                self.senses[word] = rest[int(pointers) + 2 :]
        for line in (folder / "data.noun").read_text(encoding="latin-1").splitlines():
            if not line.startswith(" "):
                fields = line.split(" | ")[0].split()
                words = int(fields[3], 16)
                points = fields[5 + 2 * words :]
                self.names[fields[0]] = fields[4]
                self.above[fields[0]] = [
                    points[place + 1] for place in range(0, len(points), 4) if points[place] in ("@", "@i")
                ]

    def categories(self, sense: str) -> list[str]:
        """All hypernyms of a sense, the widest first."""
        depth = {sense: 0}
        for one in (queue := [sense]):
            for higher in self.above[one]:
                if depth.get(higher, -1) < depth[one] + 1:
                    depth[higher] = depth[one] + 1
                    queue.append(higher)
        return sorted((one for one in depth if one != sense), key=lambda one: (-depth[one], one))


def table(folder: Path) -> list[list[str]]:
    """Header and rows."""
    nouns = Nouns(folder)
    of = {item: nouns.categories(nouns.senses[item][SENSES.get(item, 1) - 1]) for item in ITEMS}
    every = list(dict.fromkeys(category for item in ITEMS for category in of[item]))
    shared = [one for one in every if sum(one in categories for categories in of.values()) >= SHARED]
    names = [nouns.names[one] for one in shared]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    return [["item", *names], *([item, *(str(int(one in of[item])) for one in shared)] for item in ITEMS)]


if __name__ == "__main__":
    with (Path(__file__).parent / "wordnet.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(table(Path(sys.argv[1])))
