"""One file a command below ``vbrprov providers``."""
