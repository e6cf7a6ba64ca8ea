"""Write one page per room of the package: ``docs/api_pages/<room>.md``.

The pages are read off the installed package when the documentation is built, so a room, a module or a function that
is new appears by itself, and nothing has to be listed twice.
"""

import importlib
import inspect
import pkgutil
from pathlib import Path

import ontogeny

DOCS = Path(__file__).resolve().parent
# Doors that are used from a shell or a browser, not by name from Python.
NOT_BY_NAME = {"cli", "explorer", "__main__"}


def rooms():
    """Names of the package's public rooms."""
    names = (module.name for module in pkgutil.iter_modules(ontogeny.__path__))
    return sorted(name for name in names if not name.startswith("_") and name not in NOT_BY_NAME)


def modules(room):
    """The room itself, if it is more than a door, and every public module in it."""
    top = importlib.import_module(f"ontogeny.{room}")
    found = [top]
    if hasattr(top, "__path__"):
        for module in pkgutil.walk_packages(top.__path__, prefix=f"{top.__name__}."):
            if not any(part.startswith("_") for part in module.name.split(".")):
                found.append(importlib.import_module(module.name))
    return found


def public_names(module):
    """Functions and classes that this very module defines for others, in the order of its source."""
    defined = [
        (name, thing)
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(thing) or inspect.isclass(thing))
        and thing.__module__ == module.__name__
    ]
    return [name for name, thing in sorted(defined, key=lambda pair: inspect.getsourcelines(pair[1])[1])]


def page(room):
    """Markdown of one room: a table of its names, then each module in full."""
    found = modules(room)
    listed = [f"{module.__name__}.{name}" for module in found for name in public_names(module)]
    lines = [f"# `ontogeny.{room}`", ""]
    if listed:
        lines += ["```{eval-rst}", ".. autosummary::", "", *(f"   ~{name}" for name in listed), "```", ""]
    for module in found:
        if module is not found[0]:
            lines += [f"## `{module.__name__}`", ""]
        # Not what a room lends from its modules (`__all__`): that would be described twice.
        options = ["   :members:", "   :ignore-module-all:"]
        lines += ["```{eval-rst}", f".. automodule:: {module.__name__}", *options, "```", ""]
    return "\n".join(lines)


def write():
    """Write every page, touch none that did not change, and remove those of rooms that are gone."""
    folder = DOCS / "api_pages"
    folder.mkdir(exist_ok=True)
    wanted = {folder / f"{room}.md": page(room) for room in rooms()}
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in set(folder.glob("*.md")) - set(wanted):
        path.unlink()


if __name__ == "__main__":
    write()
