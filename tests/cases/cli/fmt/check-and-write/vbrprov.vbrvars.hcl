name="b"
