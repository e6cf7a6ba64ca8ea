from .branching import tree as tree
from .hierarchy import TreeSpectrum as TreeSpectrum
from .hierarchy import tree_similarity as tree_similarity
from .hierarchy import tree_spectrum as tree_spectrum
from .inheritance import from_taxonomy as from_taxonomy
from .taxonomy import Taxonomy as Taxonomy
