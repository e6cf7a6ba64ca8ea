"""Check that a wheel carries everything the installed package reads, and nothing it should not.

Usage: python .ci/check_wheel.py path/to/ontogeny-*.whl
"""

import subprocess
import sys
import zipfile
from pathlib import Path

SOURCE = Path("src")
GALLERY = Path("examples"), Path("ontogeny/gallery")  # where it is among the sources, and in the wheel
NEVER = ("__pycache__", ".pyc", "tests/", "docs/")


def tracked_files():
    """Every file of the package and the gallery that the repository tracks: the wheel has to hold each one of them."""
    sources, gallery = GALLERY
    moved = {str(gallery / Path(line).relative_to(sources)) for line in _tracked(sources)}
    return moved | {str(Path(line).relative_to(SOURCE)) for line in _tracked(SOURCE)}


def _tracked(folder):
    return subprocess.run(["git", "ls-files", str(folder)], capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )[:-1]


def main(wheel):
    shipped = set(zipfile.ZipFile(wheel).namelist())
    missing = sorted(tracked_files() - shipped)
    unwanted = sorted(name for name in shipped if any(part in name for part in NEVER))
    licences = [name for name in shipped if name.endswith("licenses/LICENSE")]
    for name in missing:
        print(f"missing from the wheel: {name}")
    for name in unwanted:
        print(f"should not be in the wheel: {name}")
    if not licences:
        print("missing from the wheel: the package's own LICENSE")
    if missing or unwanted or not licences:
        return 1
    print(f"{Path(wheel).name}: {len(shipped)} files, all {len(tracked_files())} of the package among them")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
