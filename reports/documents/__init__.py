"""One folder per official document: template, print style, context builder, sample data."""
