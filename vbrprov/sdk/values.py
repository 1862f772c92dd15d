"""Values of the language, for providers: everything that ``vbrprov.values`` offers."""

from vbrprov.values import *  # noqa: F403  # the list of names is kept in one place
from vbrprov.values import __all__ as __all__
