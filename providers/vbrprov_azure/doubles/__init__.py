"""Doubles of Azure for tests, rehearsals and the sandbox.

Nothing here is imported by code that manages real subscriptions.
"""
