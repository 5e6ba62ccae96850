"""What people hand in, judged by its bytes before anything opens it: what it is, and whether it does anything by itself."""
