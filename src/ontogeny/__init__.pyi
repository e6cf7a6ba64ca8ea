from . import datasets as datasets
from . import environments as environments
from . import generalization as generalization
from . import modes as modes
from . import networks as networks
from . import plot as plot
from . import report as report
from . import semantics as semantics
from ._core.checks import InputError as InputError
from ._core.papers import cite as cite
from ._core.papers import where as where
from .environments.environment import Environment as Environment
from .trajectory import Trajectory as Trajectory
from .workflows import predict as predict
from .workflows import simulate as simulate

__version__: str
