"""Commands of ``vbrprov lock``, one a file."""
