from .files import read_table as read_table
from .norms.formats import read_norms as read_norms
