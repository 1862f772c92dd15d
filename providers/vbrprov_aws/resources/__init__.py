"""Resource types of the ``aws`` provider: one file each, named as the type without ``aws_``."""
