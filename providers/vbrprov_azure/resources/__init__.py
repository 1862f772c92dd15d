"""Resource types of the provider, one a file."""
