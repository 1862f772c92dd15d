"""How S3 compatible vendors write permission policies, one vendor a file."""
