"""What all object storage repositories share.

Here: the arguments they have in common, how these look on the wire, and the calls. Not here: what a
single storage has of its own; that is in the module of its resource type.
"""
