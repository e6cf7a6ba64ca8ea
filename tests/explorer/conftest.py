"""What tests of the explorer share: the page from disk in Chromium, and what it asked and complained of."""

from types import SimpleNamespace

import pytest

from browser import browser
from explorer_page import go, settled
from ontogeny.explorer.serving import write_static

WIDE = {"width": 1200, "height": 900}


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The page as plain files."""
    place = tmp_path_factory.mktemp("explorer") / "page"
    write_static(place)
    return place


@pytest.fixture(scope="module")
def window(chromium, folder):
    """One window for the tests of a file, open at the page from disk."""
    with browser(chromium, viewport=WIDE) as context:
        page = context.new_page()
        seen = SimpleNamespace(page=page, asked=[], complaints=[])
        page.on("request", lambda request: seen.asked.append(request.url))
        page.on("console", lambda message: seen.complaints.append(message.text))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.goto((folder / "index.html").as_uri())
        settled(page)
        yield seen


@pytest.fixture
def page(window, folder):
    """The page as it is at first; no complaint and no request to elsewhere may be left at the end."""
    go(window.page)
    yield window.page
    assert window.complaints == []
    assert [url for url in window.asked if not url.startswith((folder.as_uri() + "/", "data:", "blob:"))] == []
