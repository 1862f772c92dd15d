"""What is going to happen: planned changes, and how they are found.

Here: the plan model, the planner, the plan file and its JSON. Not here: carrying it out (``apply``).
"""
