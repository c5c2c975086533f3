"""Pages: server-rendered, one folder per room. Views translate between people and services; no rules live here."""
