"""The rules of QuickBooks Online in plain synchronous code: no HTTP, no clock of its own, no randomness.

Everything here works on one company at a time and knows neither tokens nor limits nor request ids.
"""
