"""What is going to happen: planned changes, and how they are found.

Here: the plan model and the planner. Not here: carrying it out (``apply``).
"""
