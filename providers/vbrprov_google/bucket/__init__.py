"""What ``google_storage_bucket`` is made of: model, planning, settings, steps, reading, views."""
