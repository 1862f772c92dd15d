"""How IBM Cloud Object Storage writes permissions."""
