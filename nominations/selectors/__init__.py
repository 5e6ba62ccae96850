"""Reads across nominations, one module for each part of the way."""
