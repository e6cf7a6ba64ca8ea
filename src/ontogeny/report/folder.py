"""Where a report goes: it never overwrites other files and is never left half written."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .._core.checks import InputError, quoted, why_no_name
from .._core.notes import Setting

MANIFEST = "ontogeny-report.json"
NAME_ANOTHER = ("name another folder with ", Setting("folder", "FOLDER"))


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written or that holds anything but an earlier report."""
    if why := why_no_name(folder):
        raise InputError(
            None, f"the report cannot go to {str(folder)[:60]!r}: no folder can be called so ({why})", NAME_ANOTHER
        )
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(None, f"the report cannot go to {str(folder)!r}, which is not a folder", NAME_ANOTHER)
    parent = _nearest_existing(folder.absolute().parent)
    if not parent.is_dir():
        raise InputError(
            None,
            f"the report cannot go to {str(folder)!r}, because {str(parent)!r} is a file",
            NAME_ANOTHER,
        )
    try:
        with tempfile.TemporaryFile(dir=parent):
            pass
    except OSError as error:
        raise InputError(
            None,
            f"the report cannot go to {str(folder)!r}: nothing can be written in {str(parent)!r} ({error.strerror})",
            NAME_ANOTHER,
        ) from None
    if folder.is_dir():
        _check_ours(folder)


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """A temporary folder that replaces `folder` when everything is written; on any error it is removed."""
    check_folder(folder)
    folder = folder.absolute()
    made = _missing_parents(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name[:40]}-", dir=folder.parent))
    try:
        draft.chmod(0o755)
        yield draft
        files = sorted(str(path.relative_to(draft)) for path in draft.rglob("*") if path.is_file())
        (draft / MANIFEST).write_text(json.dumps({"files": files}, indent=1), encoding="utf-8")
        _move(draft, folder)
        made = []
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        for parent in made:
            parent.rmdir()


def _move(draft: Path, folder: Path) -> None:
    """Put the draft in its place; the earlier report is kept until the new one is there."""
    check_folder(folder)
    earlier = None
    if folder.exists():
        earlier = Path(tempfile.mkdtemp(prefix=f".{folder.name[:40]}-", dir=folder.parent)) / "earlier"
        folder.rename(earlier)
    try:
        draft.rename(folder)
    except BaseException:
        if earlier is not None:
            earlier.rename(folder)
        raise
    finally:
        if earlier is not None:
            shutil.rmtree(earlier.parent, ignore_errors=True)


def _check_ours(folder: Path) -> None:
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}
    foreign = sorted(present - _own_files(folder) - {MANIFEST})
    if foreign:
        raise InputError(
            None,
            f"the folder {str(folder)!r} holds files that do not belong to an earlier report ({quoted(foreign)}) and "
            "would be lost",
            NAME_ANOTHER,
        )


def _own_files(folder: Path) -> set[str]:
    try:
        return set(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _missing_parents(folder: Path) -> list[Path]:
    """Parents that do not exist yet, innermost first."""
    return [parent for parent in folder.parents if not parent.exists()]


def _nearest_existing(path: Path) -> Path:
    return next(parent for parent in (path, *path.parents) if parent.exists())
