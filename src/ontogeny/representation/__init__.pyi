from .agreement import similarity as similarity
from .layers import Layer as Layer
from .layers import activity as activity
from .layers import layer_of as layer_of
from .similarities import gram as gram
from .similarities import rdm as rdm
