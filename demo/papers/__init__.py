"""Papers that the story's people hand in: rendered from small templates, plainly marked as illustrations."""
