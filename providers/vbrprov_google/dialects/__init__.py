"""How Google Cloud Storage writes permissions."""
