"""gunicorn for a province: synchronous workers behind a proxy on the same machine."""

import multiprocessing

bind = "unix:/run/khen-thuong/web.sock"
workers = multiprocessing.cpu_count() * 2 + 1
worker_class = "sync"
timeout = 120
graceful_timeout = 30
# Workers are renewed now and then, not all at once, so that memory does not creep.
max_requests = 2000
max_requests_jitter = 200
# The service user has no home folder for a control socket.
control_socket_disable = True
accesslog = None
errorlog = "-"
