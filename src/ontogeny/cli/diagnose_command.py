"""`ontogeny diagnose`: what becomes of signals and gradients in a deep network, layer by layer."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .._core.checks import InputError, not_negative, positive
from .._core.notes import Setting
from .options import Shell, given, stoppable, whole_option

if TYPE_CHECKING:
    import numpy as np

EXAMPLES = 128  # drawn where no data are given
MOST_WEIGHTS = 200_000_000  # of a network that is drawn: 1.6 GB
WRITE_WIDTHS = "write as 784,256x100,10: inputs, 100 layers of 256 units, outputs"


def diagnose(
    context: typer.Context,
    widths: Annotated[
        str | None,
        typer.Option(
            help="Draw a chain of such layers: inputs, units of every layer, outputs; 256x100 is 100 layers of 256.",
            metavar="784,256x100,10",
        ),
    ] = None,
    module: Annotated[
        str | None,
        typer.Option(
            help="A file, which is run, and a function in it that makes a PyTorch module or a JAX function of inputs.",
            metavar="FILE:FUNCTION",
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            help=f"Examples, the rows of an array in a .npy file; with --widths by default {EXAMPLES} of noise.",
            metavar="X.npy",
        ),
    ] = None,
    nonlinearity: Annotated[
        str | None, typer.Option(help="Between the layers of --widths; by default tanh.", metavar="NAME")
    ] = None,
    weight_variance: Annotated[
        str | None,
        typer.Option(
            help="Variance of the weights times the number of inputs (with --widths); by default the critical one.",
            metavar="NUMBER",
        ),
    ] = None,
    bias_variance: Annotated[
        str | None, typer.Option(help="Variance of the biases (with --widths).", metavar="NUMBER")
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(help="orthogonal or gaussian (with --widths); by default gaussian.", metavar="KIND"),
    ] = None,
    seed: Annotated[str, typer.Option(help="Of everything that is drawn.", metavar="NUMBER")] = "0",
    csv: Annotated[Path | None, typer.Option(help="Write the whole table there.", metavar="FILE")] = None,
    figure: Annotated[Path | None, typer.Option(help="Draw it there: .svg, .pdf or .png.", metavar="FILE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """Do signals and gradients reach the other end of a deep network?

    Runs a network once, follows signals forward and gradients back layer by layer, and says what stands out; beside it
    what the theory of wide random networks expects, where it is about such a network.
    """
    first = whole_option(seed, "seed", 0, "seeds are not negative")
    of_chain = {
        "nonlinearity": nonlinearity,
        "weight_variance": weight_variance,
        "bias_variance": bias_variance,
        "weights": weights,
    }
    from ..report.files import check_outputs

    check_outputs(csv, figure, (data,))
    if (widths is None) == (module is None):
        came = "is missing, as is --module" if widths is None else "is given, and so is --module"
        raise InputError("widths", came, "write one of them, to say which network")
    examples = None if data is None else _examples(data)
    if module is not None:
        misplaced = next((name for name, value in of_chain.items() if value is not None), None)
        if misplaced is not None:
            raise InputError(misplaced, "is about a network that is drawn, but --module makes its own", "leave it out")
        if examples is None:
            raise InputError("data", "is missing, but --module needs examples", ("write ", Setting("data", "X.npy")))
    sizes = [] if widths is None else _sizes(widths)
    with stoppable(csv or figure or Path("nothing")):
        from ..propagation import diagnose as diagnosis
        from ..report import diagnosis_summary

        options: dict[str, Any] = {}
        with redirect_stdout(sys.stderr):  # what a stranger's code prints
            if module is not None:
                network = _made(module)
            else:
                network, options, examples = _drawn(sizes, of_chain, examples, first)
            found = diagnosis(network, examples, seed=first, **options)
        diagnosis_summary.write(found, csv, figure)
    if as_json:
        print(diagnosis_summary.as_json(found))
    else:
        from ..report.terminal import Terminal

        diagnosis_summary.show(found, Terminal(), (csv, figure), Shell.of(context).setting)


def _examples(path: Path) -> np.ndarray:
    """The array of a file of NumPy's."""
    import numpy as np

    how = "write it by numpy.save('X.npy', array)"
    try:
        array = np.load(path, allow_pickle=False)
    except OSError as error:
        raise InputError("data", f"is {str(path)!r}, which cannot be read ({error.strerror or error})", how) from None
    except (ValueError, EOFError, MemoryError):
        raise InputError("data", f"is {str(path)!r}, which holds no array of numbers that NumPy wrote", how) from None
    if not isinstance(array, np.ndarray):
        raise InputError("data", f"is {str(path)!r}, which holds several arrays", how)
    return array


def _made(module: str) -> Any:
    """The network that a function in a file makes."""
    name, colon, function = module.rpartition(":")
    if not colon or not name or not function.isidentifier():
        raise InputError("module", f"is {module!r}, but a file and a function are needed", "write file.py:make_network")
    path = Path(name)
    if not path.is_file():
        raise InputError("module", f"names the file {name!r}, but there is none", "write file.py:make_network")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise InputError("module", f"names {name!r}, which is no Python file", "write file.py:make_network")
    code = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent.absolute()))
    try:
        spec.loader.exec_module(code)
        made = getattr(code, function, None)
        if not callable(made):
            raise InputError(
                "module", f"names {function!r}, but {name!r} has no such function", "write file.py:make_network"
            )
        return made if hasattr(made, "named_modules") else made()  # a module of PyTorch is a network itself
    except InputError:
        raise
    except (Exception, SystemExit) as error:  # of a stranger's code
        words = " ".join(str(error).split())[:160]
        raise InputError("module", f"fails with {type(error).__name__}: {words}", "mend the file") from None
    finally:
        sys.path.remove(str(path.parent.absolute()))


def _sizes(widths: str) -> list[int]:
    """Numbers of units from words such as ``784,256x100,10``."""
    sizes: list[int] = []
    for part in widths.split(","):
        units, times, count = part.strip().partition("x")
        if not units.isdecimal() or times and not count.isdecimal() or not int(units) or times and not int(count):
            raise InputError("widths", f"is {widths!r}, but {part.strip()!r} is no number of units", WRITE_WIDTHS)
        if len(sizes) + int(count or 1) > MOST_WEIGHTS:
            raise InputError("widths", f"is {widths!r}, which has too many layers", WRITE_WIDTHS)
        sizes += [int(units)] * int(count or 1)
    if len(sizes) < 2:
        raise InputError("widths", f"is {widths!r}, but a network has inputs and outputs", WRITE_WIDTHS)
    weights = sum(into * out for into, out in zip(sizes, sizes[1:]))
    if weights > MOST_WEIGHTS:
        raise InputError(
            "widths",
            f"makes {weights:,} weights, but {MOST_WEIGHTS:,} fit into memory",
            "write fewer or smaller layers",
        )
    return sizes


def _drawn(
    sizes: list[int], asked: dict[str, str | None], examples: np.ndarray | None, seed: int
) -> tuple[Any, dict[str, Any], np.ndarray]:
    """A chain of layers with weights of the variances asked for, and examples for it."""
    import numpy as np

    from ..propagation.draws import draws

    units = asked["nonlinearity"] or "tanh"
    variance = given(asked["weight_variance"], positive, "weight_variance", "signals end where weights are 0")
    bias = given(asked["bias_variance"], not_negative, "bias_variance", "a variance")
    drawn = draws(units, variance, bias, asked["weights"] or "gaussian", seed)
    layers = [drawn.weights(out, into) for into, out in zip(sizes, sizes[1:])]
    biases = [drawn.biases(out) for out in sizes[1:]] if drawn.bias_variance > 0 else None
    if examples is None:
        examples = np.random.default_rng([seed, EXAMPLES]).standard_normal((EXAMPLES, sizes[0]))
    rows = examples.reshape(len(examples), -1) if examples.ndim > 1 else examples
    size = rows.shape[1] if rows.ndim == 2 else 1
    if size != sizes[0]:
        raise InputError(
            "data",
            f"holds examples of {size} numbers, but the network has {sizes[0]} inputs",
            ("write ", Setting("widths", f"{size},...")),
        )
    return layers, {"nonlinearity": units, "biases": biases}, rows
