"""Prior and configured values to planned values, and the difference between two objects.

Here: pure functions over values and schemas. Not here: reading objects, choosing an order.
"""
