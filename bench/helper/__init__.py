"""python-quickbooks doing the same work: `push.py` runs in an environment of its own."""
