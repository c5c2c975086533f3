"""What runs BluePro on one machine: its embedded PostgreSQL, its folders and its processes. Imports no room."""
