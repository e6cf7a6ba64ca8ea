"""Write one page for the face of the package and one per room: ``docs/api_pages/<room>.md``.

A page lists the names that a room's face promises, as its users write them, and no others: functions first, then the
records that they return. Rooms of laws promise modules, each of which is described name by name. The pages are read off
the installed package when the documentation is built, so that nothing has to be listed twice.
"""

import functools
import importlib
import inspect
import sys
import types
from pathlib import Path

import ontogeny

DOCS = Path(__file__).resolve().parent
# The face of the package, in the order in which people need it. Names with a dot are described in their rooms.
# What scikit-learn adds to its estimators refers to pages of its own.
OF_CLASSES = ["   :members:", "   :exclude-members: set_score_request"]
FACE = [
    "predict",
    "simulate",
    "networks.evolve",
    "environments.Environment",
    "Trajectory",
    "Predictions",
    "where",
    "cite",
    "InputError",
]


def rooms():
    """Names of the package's rooms, in the order of the face."""
    named = {name: getattr(ontogeny, name) for name in ontogeny.__all__}
    return sorted(name for name, thing in named.items() if isinstance(thing, types.ModuleType))


def promised(room):
    """What a room's face promises, under the names that users write: modules, functions, records."""
    face = importlib.import_module(f"ontogeny.{room}")
    names = getattr(face, "__all__", None) or sorted(public_names(face))
    things = {name: getattr(face, name) for name in names}
    names = [name for name in names if _lives_in(face, things[name])]
    names.sort(key=lambda name: f"{room}.{name}" not in FACE)  # what most people need stands first
    return [
        [name for name in names if kind(things[name])] for kind in (inspect.ismodule, _is_function, inspect.isclass)
    ]


def _lives_in(face, thing):
    """Whether a room's name is its own, and not lent by another room, which describes it."""
    return inspect.ismodule(thing) or thing.__module__.startswith(face.__name__)


def public_names(module):
    """Functions and classes that this very module defines for its users, in the order of its source.

    Functions whose first argument is an array namespace are for other laws of the package.
    """
    defined = [
        (name, thing)
        for name, thing in vars(module).items()
        if not name.startswith("_") and (_is_function(thing) or inspect.isclass(thing))
        if thing.__module__ == module.__name__
        and not (_is_function(thing) and "xp" in inspect.signature(thing).parameters)
    ]
    return [name for name, thing in sorted(defined, key=lambda pair: inspect.getsourcelines(pair[1])[1])]


@functools.cache
def doors():
    """From where a promised function or record is defined to the name that users write."""
    found = {}
    for room in rooms():
        _, functions, records = promised(room)
        face = importlib.import_module(f"ontogeny.{room}")
        for name in functions + records:
            thing = getattr(face, name)
            found[f"{thing.__module__}.{thing.__qualname__}"] = f"ontogeny.{room}.{name}"
    for name in FACE:
        if "." not in name:
            thing = getattr(ontogeny, name)
            found[f"{thing.__module__}.{thing.__qualname__}"] = f"ontogeny.{name}"
    return found


@functools.cache
def described():
    """Names of all functions and records that have an entry on a page."""
    found = set(doors().values())
    for room in rooms():
        modules, _, _ = promised(room)
        found.update(returned(room))
        for name in modules:
            module = importlib.import_module(f"ontogeny.{room}.{name}")
            found.update(f"ontogeny.{room}.{name}.{each}" for each in public_names(module))
    return found


def returned(room):
    """Records of the package that a room's functions return and no face promises, by where they are defined."""
    _, functions, _ = promised(room)
    known, found = doors(), {}
    for name in functions:
        function = getattr(importlib.import_module(f"ontogeny.{room}"), name)
        record = function.__globals__.get(function.__annotations__.get("return"))
        if inspect.isclass(record) and record.__module__.startswith("ontogeny."):
            found[f"{record.__module__}.{record.__qualname__}"] = None
    return [name for name in found if name not in known]


def page(room):
    """Markdown of one room: what it is for, a table of its names, then each of them in full."""
    modules, functions, records = promised(room)
    full = f"ontogeny.{room}"
    parts = [f"# `{full}`", _automodule(full)]
    parts += [_table(functions + records)] if functions + records else []
    parts += [_described(f"{full}.{name}", "function") for name in functions]
    parts += [_described(f"{full}.{name}", "class") for name in records]
    parts += [_described(name, "class") for name in returned(room)]
    for name in modules:
        module = importlib.import_module(f"{full}.{name}")
        names = public_names(module)
        parts += [f"## `{full}.{name}`", _automodule(module.__name__)]
        parts += [_table(names)]
        parts += [
            _described(f"{full}.{name}.{each}", "class" if inspect.isclass(getattr(module, each)) else "function")
            for each in names
        ]
    return "\n\n".join(parts) + "\n"


def face():
    """Markdown of the names that most people need."""
    here = [name for name in FACE if "." not in name]
    described = [
        _described(f"ontogeny.{name}", "class" if inspect.isclass(getattr(ontogeny, name)) else "function")
        for name in here
    ]
    return "\n\n".join(["# `ontogeny`", _table([f"ontogeny.{name}" for name in FACE]), *described]) + "\n"


def _is_function(thing):
    return inspect.isfunction(thing)


def _automodule(name):
    return _rst(f".. automodule:: {name}", "   :no-members:")


def _table(names):
    return _rst(".. autosummary::", "   :nosignatures:", "", *(f"   ~{name}" for name in names))


def _described(name, kind):
    return _rst(f".. auto{kind}:: {name}", *(OF_CLASSES if kind == "class" else []))


def _rst(*lines):
    return "\n".join(["```{eval-rst}", *lines, "```"])


def write():
    """Write every page, touch none that did not change, and remove those of rooms that are gone."""
    folder = DOCS / "api_pages"
    folder.mkdir(exist_ok=True)
    wanted = {folder / "ontogeny.md": face()} | {folder / f"{room}.md": page(room) for room in rooms()}
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in set(folder.glob("*.md")) - set(wanted):
        path.unlink()


if __name__ == "__main__":
    write()
    print(f"{len(doors())} names at the doors", file=sys.stderr)
