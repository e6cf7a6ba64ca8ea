from . import datasets as datasets
from . import environments as environments
from . import fitting as fitting
from . import forms as forms
from . import generalization as generalization
from . import modes as modes
from . import networks as networks
from . import plasticity as plasticity
from . import plot as plot
from . import propagation as propagation
from . import random_matrices as random_matrices
from . import report as report
from . import representation as representation
from . import semantics as semantics
from . import sweeps as sweeps
from . import tables as tables
from . import taxonomies as taxonomies
from ._core.checks import InputError as InputError
from ._core.papers import cite as cite
from ._core.papers import where as where
from .environments.environment import Environment as Environment
from .trajectory import Trajectory as Trajectory
from .workflows.prediction import predict as predict
from .workflows.predictions import Predictions as Predictions
from .workflows.simulation import simulate as simulate

__version__: str
