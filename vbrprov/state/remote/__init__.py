"""State in a store of objects: snapshot, journal and lease, built once for every backend.

Here: everything above ``vbrprov.sdk.store.ObjectStore``. Not here: any particular store.
"""
