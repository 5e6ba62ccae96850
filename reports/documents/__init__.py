"""One folder a kind of official document: specification, context, template, print style, sample data."""
