"""Protection groups: their kinds and how these look on the wire.

Here: the blocks with their shapes. Not here: the resource type itself.
"""
