"""What every room may use: money, clock, ids, errors. Imports nothing of ours."""
