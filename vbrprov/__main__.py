"""``python -m vbrprov``."""

from vbrprov.cli.main import main

main()
