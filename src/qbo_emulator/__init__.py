"""A local QuickBooks Online over HTTP. Never imports BluePro or its client."""
