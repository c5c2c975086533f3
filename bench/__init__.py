"""The figures of the engine: `make bench`. Each row of the table is a module below `rows`, run in a process of its own."""
