"""How gunicorn serves the API: few processes, many threads.

Sessions of schools are cached in each process, so threads keep the cache warm.
"""

import os

bind = os.environ.get("LUCA_BIND", "0.0.0.0:8000")  # noqa: TID251 -- a container's port; locally LUCA_BIND names the loopback
workers = int(os.environ.get("LUCA_WORKERS", "1"))  # noqa: TID251 -- gunicorn reads this file before Django starts
threads = int(os.environ.get("LUCA_THREADS", "16"))  # noqa: TID251 -- see above
worker_class = "gthread"
keepalive = 75  # longer than a load balancer's idle time, or it meets closed connections
timeout = 60
graceful_timeout = 25  # below the 30 s after which a container is killed
control_socket_disable = True  # nobody steers it, and two stacks would share the socket
accesslog = None  # the application logs each request, without what people typed into the URL
worker_tmp_dir = "/dev/shm"  # noqa: S108 -- the heartbeat file must not wait for a disk
