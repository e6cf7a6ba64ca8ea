"""Which folder a report can go to: a new one, an empty one, or that of an earlier report, which it replaces."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from .._core.checks import InputError, quoted, why_no_name
from .._core.notes import Setting

MANIFEST = "ontogeny-report.json"
NAME_ANOTHER = ("name another folder with ", Setting("folder", "FOLDER"))


def check_folder(folder: Path) -> None:
    """Refuse a folder that no report can go to, or that holds anything but an earlier report."""
    if why := why_no_name(folder):
        raise InputError(
            None, f"the report cannot go to {str(folder)[:60]!r}: no folder can be called so ({why})", NAME_ANOTHER
        )
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(None, f"the report cannot go to {str(folder)!r}, which is not a folder", NAME_ANOTHER)
    parent = _nearest_existing(folder.absolute().parent)
    if not parent.is_dir():
        raise InputError(
            None, f"the report cannot go to {str(folder)!r}, because {str(parent)!r} is a file", NAME_ANOTHER
        )
    if folder.is_dir():
        _check_movable(folder)
        _check_ours(folder)


def write_manifest(folder: Path) -> None:
    """List the files of a report in it, so that a later one may replace it."""
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    (folder / MANIFEST).write_text(json.dumps({"files": files}, indent=1), encoding="utf-8")


def stamp(folder: Path) -> tuple[int, int] | None:
    """What tells one report in a folder from the next; None while there is none."""
    try:
        found = (folder / MANIFEST).stat()
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_mtime_ns


def _check_movable(folder: Path) -> None:
    """Refuse a folder that no other can take the place of."""
    if os.path.ismount(folder):
        why = "is where a disk is mounted"
    elif folder.resolve() in (Path.cwd(), *Path.cwd().parents):
        why = "is where you are"
    else:
        return
    problem = f"the report cannot go to {str(folder)!r}, which {why}: it takes the place of the whole folder"
    raise InputError(None, problem, NAME_ANOTHER)


def _check_ours(folder: Path) -> None:
    foreign = sorted(_foreign(folder))
    if foreign:
        raise InputError(
            None,
            f"the folder {str(folder)!r} holds files that do not belong to an earlier report ({quoted(foreign)}) and "
            "would be lost",
            NAME_ANOTHER,
        )


def _foreign(folder: Path) -> Iterator[str]:
    """What a folder holds beside an earlier report; every link, and of a foreign folder only its name."""
    own = _own_entries(folder)
    for place, folders, files in os.walk(folder):
        entries = {name: Path(place, name) for name in (*folders, *files)}
        foreign = {
            name: str(path.relative_to(folder))
            for name, path in entries.items()
            if path.is_symlink() or str(path.relative_to(folder)) not in own
        }
        folders[:] = [name for name in folders if name not in foreign]
        yield from foreign.values()


def _own_entries(folder: Path) -> set[str]:
    """Paths of the files of an earlier report, of the folders that hold them, and of its manifest."""
    try:
        files = {Path(name) for name in json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        files = set()
    return {MANIFEST, *map(str, files), *(str(parent) for path in files for parent in path.parents)}


def _nearest_existing(path: Path) -> Path:
    return next(parent for parent in (path, *path.parents) if parent.exists())
