from .reading import Sweep as Sweep
from .reading import open as open
from .reading import status as status
from .running import run as run
from .specification import Specification as Specification
from .specification import read_specification as read_specification
