"""Running test files: configurations planned and applied against mocks and the sandbox.

Here: what a run needs (its configuration, doubles, scope), the order of runs, taking down what they
made. Not here: reading test files (``config``), planning and applying (``workflow``), showing
results (``views``).
"""
