"""The command line.

Here: arguments in, one workflow call, a view out, an exit status. Not here: any decision.
"""
