"""A new report takes the place of an earlier one whole: the earlier one stands until then."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .claims import DRAFT, EARLIER, claimed
from .exchange import exchange
from .folder import check_folder, write_manifest


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """A temporary folder that replaces `folder` when everything is written; on any error it is removed.

    Raises
    ------
    InputError
        As `claimed`.
    """
    with claimed(folder) as workshop:
        draft = workshop / DRAFT
        draft.mkdir()
        try:
            yield draft
            write_manifest(draft)
            check_folder(folder)  # somebody may have written to it meanwhile
            _place(draft, folder, workshop / EARLIER)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _place(draft: Path, folder: Path, aside: Path) -> None:
    """Put the draft where the folder is. If it stops half way, the claim or the next run puts `aside` back."""
    if not folder.exists():
        draft.rename(folder)
        return
    shutil.copymode(folder, draft)
    if not exchange(draft, folder):
        folder.rename(aside)
        draft.rename(folder)
