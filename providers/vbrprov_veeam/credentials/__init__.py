"""Cloud credentials: what goes with which kind, and how it looks on the wire.

Not here: the resource type itself, and credentials of servers and computers.
"""
