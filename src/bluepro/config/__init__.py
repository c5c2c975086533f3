"""The top floor: settings, addresses, logging and the command line. Everything below is imported from here only."""
