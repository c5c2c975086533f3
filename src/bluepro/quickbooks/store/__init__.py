"""The engine's only ORM code, synchronous: leases, the snapshot, write-ahead, settling. Decides nothing.

Every time is passed in. Each function is one short transaction of its own; nothing here touches the network.
"""
