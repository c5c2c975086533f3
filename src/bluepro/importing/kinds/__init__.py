"""The four kinds of records: from staged rows to the rooms' edits, and from their fields back to file and column."""
