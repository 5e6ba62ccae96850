"""Backups: the database, the stored files and the plans of one moment in one file that only another machine can open."""
