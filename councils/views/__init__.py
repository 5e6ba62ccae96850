"""Pages of councils, meetings and votes."""
