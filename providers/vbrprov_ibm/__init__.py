"""IBM Cloud Object Storage."""
