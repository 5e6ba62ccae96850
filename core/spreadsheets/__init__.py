"""Tables that come in and go out as files: what may be opened, where a table stands, what cells say, how one is written.

Nothing here knows what a column means: meanings and words are handed in as data.
"""
