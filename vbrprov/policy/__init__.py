"""Permission policies: which permissions Veeam needs, and what given policies allow.

Here: the sets of permissions that Veeam's documentation prints (``sets``), what each action is for
(``catalogue``), which sets a purpose takes (``purposes``), formats (``formats``), finding dialects,
and the language of IAM policies: reading, evaluating, comparing (``iam``). Providers contribute
dialects and may use what is here. Not here: how a vendor writes policies.
"""
