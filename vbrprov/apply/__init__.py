"""Carrying a plan out: order, steps, journal, recovery.

Here: everything that changes something outside. Not here: deciding what to change (``plan``).
"""
