"""Poverty reviews as offices send them: their table read, its rows matched with units, what loading would do."""
