"""What the pages, services and records of councils read, one module for each matter."""
