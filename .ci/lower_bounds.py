"""Print the oldest versions that pyproject.toml declares, as constraints for pip.

Only what a user installs counts: the dependencies and the extras `all` is made of. Tools of development have no promise
to keep; where one of them is also a user's dependency, the constraint holds for it too.

Usage: python .ci/lower_bounds.py > constraints.txt
"""

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)\s*>=\s*(?P<oldest>[0-9][0-9.]*)")


def declared(project):
    """Requirements of the package and of every extra for users."""
    extras = project["optional-dependencies"]
    everything = re.fullmatch(r"ontogeny\[(.+)\]", extras["all"][0])
    return project["dependencies"] + [line for extra in everything[1].split(",") for line in extras[extra]]


def main():
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    lines = []
    for requirement in declared(project):
        found = REQUIREMENT.fullmatch(requirement)
        if found is None:
            print(f"{requirement!r} has no lower bound of the form 'name>=version'; write one", file=sys.stderr)
            return 1
        lines.append(f"{found['name']}=={found['oldest']}")
    print("\n".join(sorted(set(lines))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
