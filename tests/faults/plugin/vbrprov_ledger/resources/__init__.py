"""One file a resource type."""
