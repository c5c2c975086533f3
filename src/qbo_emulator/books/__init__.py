"""The rules of QuickBooks Online in plain synchronous code: no HTTP, no clock of its own, no randomness."""
