"""Payments, and how each is allocated to invoices."""
