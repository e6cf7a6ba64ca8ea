"""Reports without their drawings, for tests of what else is in them: drawings are most of the work."""

from ontogeny.report import drawing


def sketched(monkeypatch):
    """From here on figures are laid out as ever, but kept neither as SVG nor as PNG.

    What they show, and that they open, is tested in tests/report and tests/plot.
    """
    monkeypatch.setattr(drawing, "_svg", lambda figure, key: f'<svg class="{key}"></svg>')
    monkeypatch.setattr(drawing, "_png", lambda figure: b"")
