"""One file an ephemeral resource type."""
