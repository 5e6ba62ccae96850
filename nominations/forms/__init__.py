"""Forms of the nominations app, one module for each part of the way."""
