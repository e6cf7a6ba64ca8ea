"""A real server of the explorer for tests, on a free port of this machine."""

import contextlib
import socket
import threading
import time

import uvicorn

from ontogeny.explorer.application import application


@contextlib.contextmanager
def running(**settings):
    """A real server on a free port, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(application(**settings), log_level="critical", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
