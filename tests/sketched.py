"""Reports without their drawings, for tests of what else is in them: drawings are most of the work.

As a program this is the command line, whose reports are of that kind.
"""

from types import SimpleNamespace

from ontogeny.report import drawing


def sketched(monkeypatch, *, laid_out=False):
    """From here on figures are made of the same lines as ever, but kept neither as SVG nor as PNG.

    What they show, and that they open, is tested in tests/report and tests/plot. Layout finds ticks and letters; it
    takes place where `laid_out` asks for it.
    """
    monkeypatch.setattr(drawing, "_svg", lambda figure, key: f'<svg class="{key}"></svg>')
    monkeypatch.setattr(drawing, "_png", lambda figure: b"")
    if not laid_out:
        monkeypatch.setattr(drawing, "_settle", lambda figure: None)


if __name__ == "__main__":
    from ontogeny.cli import main

    sketched(SimpleNamespace(setattr=setattr))
    main()
