"""Pages: invoicing."""
