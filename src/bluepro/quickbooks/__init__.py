"""The bridge: what BluePro holds, pushed into QuickBooks Online. The rooms below do not know that it exists."""
