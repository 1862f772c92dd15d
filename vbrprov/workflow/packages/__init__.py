"""Modules that are not local: fetching, unpacking, checking and finding them again.

Here: everything about packages of modules on disk. Not here: what a source address means
(``config.sources``), the ``init`` use case (``workflow.init``).
"""
