"""The figures of the engine (`make bench`): each row of the table is a module below `rows`, run by itself."""
