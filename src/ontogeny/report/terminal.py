"""The terminal, where names are printed as they are written: they hold no markup, and nothing that a screen obeys."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from .._core.shown import visible


class Terminal(Console):
    """A console that takes no word for a style or a picture, and shows control characters as escapes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """A sentence, or a cell of a table."""
        return super().render_str(visible(text), **options)
