"""One use case a file: what a command does, without any text or exit status.

Here: building the pieces once and calling the stages in order.
Not here: parsing arguments, printing.
"""
