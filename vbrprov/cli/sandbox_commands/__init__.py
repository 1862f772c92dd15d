"""One file a command below ``vbrprov sandbox``."""
