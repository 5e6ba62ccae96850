"""The figures of `make bench`: each module measures one thing through the apps' own pages and services."""
