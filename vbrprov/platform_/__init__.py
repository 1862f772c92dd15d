"""Operating system differences: the only package that knows which system it runs on.

Here: private and atomic files, file locks, folders, processes, signals, terminals, failpoints.
Not here: what the files mean (``state``, ``config``), and any message to the user beyond what an
exception says. ``fcntl``, ``msvcrt`` and ``signal`` are imported nowhere else.

Modules are imported one by one, so that a command pays only for what it uses.
"""
