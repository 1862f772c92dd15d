"""Commands of ``vbrprov workspace``, one a file."""
