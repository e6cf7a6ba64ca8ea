"""A real Chromium for tests of pages: one profile, closed afterwards, and what it asked and complained of."""

import os
import tempfile
from contextlib import contextmanager

FLAGS = [
    "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


@contextmanager
def browser(chromium, **settings):
    """A browser context of Playwright with a fresh profile."""
    from playwright.sync_api import sync_playwright

    flags = [*FLAGS, *(["--no-sandbox"] if os.getuid() == 0 else [])]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, sync_playwright() as play:
        context = play.chromium.launch_persistent_context(profile, executable_path=chromium, args=flags, **settings)
        try:
            yield context
        finally:
            context.close()
