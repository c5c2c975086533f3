"""CSV in and CSV out: the five files of the import format, docs/import.md. Writes only through the rooms' services."""
