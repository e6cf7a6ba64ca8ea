"""Names as people are shown them: of bounded length, and with an escape for every letter that controls a screen."""

from __future__ import annotations

import re

LONGEST = 60  # letters of a name in a sentence
# Control characters, line and paragraph separators, marks that turn the direction of text, halves of letters, and two
# numbers that are no letters: a terminal obeys some of these, and XML knows few of them.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    r"""The text with escapes in place of letters that cannot be seen.

    >>> print(visible("\x1b[31mred\n"))
    \x1b[31mred\n
    """
    return _UNSHOWN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def cut(name: str, most: int = LONGEST) -> str:
    """The beginning of a name that is long.

    >>> cut("a very long name indeed", most=12)
    'a very long…'
    """
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def shown(name: str, most: int = LONGEST) -> str:
    r"""A name as it is shown.

    >>> print(shown("two\nlines", most=8))
    two\nli…
    """
    return cut(visible(name[: most + 1]), most)
