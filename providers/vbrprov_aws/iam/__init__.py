"""What resource types of IAM share, by the kind of identity: user, group, role.

Here: inline policies, attachments, quotas, taking policies away. Not here: the types themselves.
"""
