"""Between the wire and the books: who may call, how often, how fast, what goes wrong on demand. Plain synchronous code.

It knows calls and answers, but no HTTP server: a test or a simulation can drive it as it stands.
"""
