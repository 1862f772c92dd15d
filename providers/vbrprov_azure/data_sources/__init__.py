"""Data sources of the provider, one a file."""
