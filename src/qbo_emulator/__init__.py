"""A local QuickBooks Online over HTTP. Never imports BluePro or its client.

Needs Starlette, uvicorn and msgspec only, and could move into a repository of its own as it stands.
"""
