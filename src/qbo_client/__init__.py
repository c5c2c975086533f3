"""A typed asyncio client of QuickBooks Online. Importing the package imports nothing else."""
