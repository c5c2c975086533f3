"""Pages: quickbooks."""
