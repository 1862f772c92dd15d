"""How AWS writes permission policies."""
