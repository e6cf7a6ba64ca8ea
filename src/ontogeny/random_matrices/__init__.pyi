from . import marchenko_pastur as marchenko_pastur
from . import quadrature as quadrature
from . import spiked as spiked
