"""What the S3 family shares: AWS now, S3-compatible stores and IBM on top of it.

Here: S3 error codes of all vendors and their translation, facet readers and writers, lifecycle
rules, emptying a bucket, policy documents, views. Not here: credentials and endpoints, of which
each provider has its own.
"""
