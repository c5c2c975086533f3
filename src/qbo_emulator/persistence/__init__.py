"""Keeping a world in a file between starts, if that is wanted (`--data`).

codec: plain values as JSON. data_file: states as lines of a file. keeper: when it is written.
"""
