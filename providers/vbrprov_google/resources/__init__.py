"""Resource types of the ``google`` provider: one file each, named as the type without google_."""
