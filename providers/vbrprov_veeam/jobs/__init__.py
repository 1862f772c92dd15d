"""Agent jobs, agent policies and copy jobs: their arguments and how these look on the wire.

Here: what jobs share, as models with their shapes. Not here: the resource types themselves.
"""
