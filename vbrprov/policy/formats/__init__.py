"""Ways to write a policy down, one format a file.

A module ``NAME.py`` defines ``FORMAT``, whose name is ``NAME``.
"""
