"""Data sources of the veeam provider, one module a data source, named without ``veeam_``."""
