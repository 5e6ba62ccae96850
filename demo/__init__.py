"""The demonstration: a whole, believable and invented period, built by walking the real services."""
