"""The guardrails of Veeam object storage backup, one a file.

Here: rules, named ``vbrNNN_what.py`` and found by that name. Not here: how they are run
(``vbrprov.rules``) and how resources become what they judge (each provider's ``views``).
"""
