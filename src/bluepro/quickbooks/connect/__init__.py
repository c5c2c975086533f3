"""Connecting a workspace to a QuickBooks company: sign-in, tokens, readiness, mapping, start and end of a sync.

One module per question; synchronous throughout, every network call outside of a transaction. Sends no records.
"""
