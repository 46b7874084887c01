"""gunicorn behind nginx. No access log: nginx writes one without what people typed behind the question mark."""

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "4"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
# The longest page is an export; longer work is a job of the worker.
timeout = 120
graceful_timeout = 30
keepalive = 5
max_requests = 2000
max_requests_jitter = 200
# The socket is for the group of nginx; stored files set their own mode.
umask = 0o007
worker_tmp_dir = "/dev/shm"
accesslog = None
errorlog = "-"
loglevel = "warning"
limit_request_line = 4094
