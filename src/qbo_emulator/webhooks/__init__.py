"""Webhooks: what happened in the books is told to the apps' endpoints (section 6).

events: what is told. payloads: how it looks. queue: when, pure and by the clock. courier: the sending.
"""
