"""MinIO's admin API: users, policies and service accounts, for which it has no IAM.

Here: the client, the encryption of its bodies. The resource types are in ``resources``.
"""
