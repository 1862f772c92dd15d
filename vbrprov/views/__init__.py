"""What users and machines see of results: human text, JSON.

Here: the same results, rendered. Not here: working anything out, printing to a stream.
"""
