"""Data sources of the provider ``ibm``, one a file."""
