"""Figures of reports in few dots: they are drawn by the hundred here."""

import pytest

from ontogeny.report import drawing

FEW_DOTS = 40  # per inch


@pytest.fixture(scope="session", autouse=True)
def _few_dots():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "DOTS_PER_INCH", FEW_DOTS)
        yield
