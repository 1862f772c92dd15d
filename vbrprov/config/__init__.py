"""Syntax trees to typed blocks, and the loading of modules.

Here: what may stand where in a configuration. Not here: values (``evaluate``), order (``graph``).
"""

from vbrprov.config.load import ConfinedFiles, DiskFiles, Files, StoredFiles, load
from vbrprov.config.model import Expression, Module, ModulePath, Resource

__all__ = ["ConfinedFiles", "DiskFiles", "Expression", "Files", "Module", "ModulePath", "Resource",
           "StoredFiles", "load"]
