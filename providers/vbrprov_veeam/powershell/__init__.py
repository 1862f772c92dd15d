"""Steps that only PowerShell can do: scripts, how they are run, and what they print.

Here: the framework and the scripts. Not here: the resource types, which are in ``resources``.
"""
