"""The parts of ``azurerm_storage_account``: model, planning, bodies, reading, steps, view.

The resource type itself is in ``resources``.
"""
