"""The sample business in parts: its words, its people, its catalogue, its invoices and its payments."""
