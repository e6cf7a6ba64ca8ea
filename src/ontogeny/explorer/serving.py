"""The explorer as a local program, and as plain files for any web host."""

from __future__ import annotations

import socket
import threading
import webbrowser
from pathlib import Path
from typing import Any

from .._core.checks import InputError
from ..report.placing import replaced
from .page_files import Table, page_files

HOST = "127.0.0.1"


def write_static(folder: Path, table: Table | None = None) -> Path:
    """Write the page as plain files; the folder appears, or is replaced, when all of them are written.

    Parameters
    ----------
    folder : Path
        A new or an empty folder, or one that this function has written.
    table : mapping, optional
        A table to begin with; it becomes part of the files.

    Raises
    ------
    InputError
        A folder with other files in it.
    """
    with replaced(folder) as draft:
        for path, content in page_files(server=False, table=table).items():
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).write_bytes(content)
    return folder / "index.html"


def serve(port: int, *, table: Table | None = None, said: Any = str, browser: bool = True) -> None:
    """Serve the page on this machine until interrupted.

    Raises
    ------
    InputError
        Starlette or uvicorn is not installed, or the port is taken.
    """
    try:
        import starlette  # noqa: F401
        import uvicorn

        from .application import application
    except ImportError as error:
        raise InputError(
            None,
            f"the explorer needs {error.name}, which is not installed",
            'write `pip install "ontogeny[explorer]"`, or ontogeny explore --static FOLDER for plain files',
        ) from None
    with _bound(port) as listening:
        address = f"http://{HOST}:{listening.getsockname()[1]}/"
        print(f"The explorer:    {address}\nStop it with Ctrl+C.", flush=True)
        if browser:
            threading.Timer(0.8, webbrowser.open, [address]).start()
        settings = uvicorn.Config(
            application(table=table, said=said), log_level="warning", server_header=False, date_header=False,
            timeout_graceful_shutdown=2, timeout_keep_alive=60, ws="none",
        )  # fmt: skip
        uvicorn.Server(settings).run(sockets=[listening])


def _bound(port: int) -> socket.socket:
    """A socket of this machine only."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise InputError("port", f"is {port}, which cannot be used ({error.strerror})", "write another, or 0") from None
    listening.listen(2048)
    return listening
