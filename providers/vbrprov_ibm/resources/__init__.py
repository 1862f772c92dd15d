"""Resource types of the provider ``ibm``, one a file."""
