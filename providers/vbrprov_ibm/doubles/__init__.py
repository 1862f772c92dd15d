"""Doubles of the provider ``ibm``: IBM Cloud's REST services. S3 is AWS's double."""
