"""Pages for people who want to see what is in the emulated books. No script, no look or mark of Intuit's."""
