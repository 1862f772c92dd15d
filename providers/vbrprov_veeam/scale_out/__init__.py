"""Scale-out backup repositories: their arguments and how these look on the wire.

Not here: the resource type itself, and what the extents are.
"""
