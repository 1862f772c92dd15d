"""vbrprov: infrastructure as code for Veeam object-storage backup.

Nothing is imported here: every command pays only for what it uses.
"""

__version__ = "0.1.0"
