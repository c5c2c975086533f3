"""HTTP only: parse what came, ask the rules, format the answer.

No rule of QuickBooks is decided here.
"""
