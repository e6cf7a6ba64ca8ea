"""The two verbs at the front door: `predict` computes the course of learning, `simulate` trains real networks."""

from .prediction import predict as predict
from .simulation import simulate as simulate
