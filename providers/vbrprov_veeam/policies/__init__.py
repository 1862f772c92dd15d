"""Agent backup policies: their arguments and how these look on the wire.

Here: what the policy types of all operating systems share. Not here: the resource type itself.
"""
