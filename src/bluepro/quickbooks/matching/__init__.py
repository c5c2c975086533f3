"""Which records QuickBooks may have already (pure): proposals to link, create or ask, with the evidence for each.

Nothing here reads or writes; `connect.match` does.
"""
