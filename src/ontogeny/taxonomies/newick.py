"""Reader of trees in Newick format, ``((robin,canary)bird,salmon)animal;``; errors name the position."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from .._core.checks import InputError, expect
from .branches import Branch

TOKEN = re.compile(r"\s*(?:(?P<sign>[(),:;])|'(?P<quoted>(?:[^']|'')*)'|(?P<plain>[^\s()\[\]':;,]+))")
FILL = re.compile(r"(?:\s|\[[^\[\]]*\])+")
Token = tuple[str, str, int]  # sign or "name", text, position


def read_newick(text: str) -> Branch:
    """Tree of a Newick string.

    Raises
    ------
    InputError
        A string that is not a tree; the message names the position.

    Examples
    --------
    >>> [branch.name for branch in read_newick("('Mr. Robin', pale_canary[a comment]:0.3);").children]
    ['Mr. Robin', 'pale canary']
    """
    expect(text, str, "text", "write a string such as '((robin,canary)bird,salmon)animal;'")
    tokens = _tokens(text)
    node = top = Branch("")
    open_nodes: list[Branch] = []
    before = "start"  # what was read last: "start", "(", ",", ")", "name" or "length"
    for kind, value, position in tokens:
        at = f"at character {position + 1}"
        if kind == "(":
            if before not in ("start", "(", ","):
                raise _refused(f"a group opens {at} where a name has already ended", "put a comma before it")
            open_nodes.append(node)
            node.children.append(Branch(""))
            node = node.children[-1]
        elif kind == "name":
            if before not in ("start", "(", ",", ")"):
                raise _refused(
                    f"there is a second name, {value!r}, {at}", "put a comma between names, or quote both as one"
                )
            node.name = value
        elif kind == ":":
            if before == "length":
                raise _refused(f"there is a second branch length {at}", "write one for each node")
            node.length = _length(tokens, position)
        elif kind == ";":
            if open_nodes:
                raise _refused(f"the tree ends {at} with {len(open_nodes)} group(s) still open", "close each with ')'")
            _check_named(node, position)
            _check_nothing_follows(tokens)
            return top
        else:
            if not open_nodes:
                raise _refused(f"there is a {kind!r} {at}, outside of all groups", "start the tree with '('")
            _check_named(node, position)
            parent = open_nodes[-1]
            if kind == ",":
                parent.children.append(Branch(""))
                node = parent.children[-1]
            else:
                node = open_nodes.pop()
        before = "length" if kind == ":" else kind
    raise _refused(f"the tree does not end within its {len(text)} characters", "write ';' after it")


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while True:
        fill = FILL.match(text, position)
        position = fill.end() if fill else position
        if position == len(text):
            return
        match = TOKEN.match(text, position)
        if match is None:
            what = {"[": "a comment opens", "]": "a comment closes", "'": "a quoted name opens"}[text[position]]
            other = "']' or \"[\"" if text[position] in "[]" else '"\'"'
            raise _refused(f"{what} at character {position + 1} without its counterpart", f"write the missing {other}")
        if match["sign"]:
            yield match["sign"], "", position
        elif match["quoted"] is not None:
            yield "name", match["quoted"].replace("''", "'"), position
        else:
            yield "name", match["plain"].replace("_", " "), position
        position = match.end()


def _length(tokens: Iterator[Token], position: int) -> float:
    kind, value, _ = next(tokens, ("", "", 0))
    try:
        length = float(value) if kind == "name" else math.nan
    except ValueError:
        length = math.nan
    if not math.isfinite(length):
        shown = repr(value or kind) if kind else "the end"
        raise _refused(
            f"the colon at character {position + 1} is followed by {shown}", "write a number there, the branch length"
        )
    return length


def _check_named(node: Branch, position: int) -> None:
    if not node.name and not node.children:
        raise _refused(f"an item without a name ends at character {position + 1}", "write its name, or remove a comma")


def _check_nothing_follows(tokens: Iterator[Token]) -> None:
    for _, _, position in tokens:
        raise _refused(f"there is more after the tree, at character {position + 1}", "write one tree with one ';'")


def _refused(what: str, instead: str) -> InputError:
    return InputError("text", f"is not a tree in Newick format: {what}", instead)
