"""The whole way of a nomination as its people walk it, a module for each stretch."""
