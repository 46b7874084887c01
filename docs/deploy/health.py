"""Is the web process ready? Asked inside its container, as nginx would ask."""

import os
import urllib.request

host = os.environ["ALLOWED_HOSTS"].split(",")[0]
request = urllib.request.Request(
    "http://127.0.0.1:8000/readyz", headers={"Host": host, "X-Forwarded-Proto": "https", "X-Real-IP": "127.0.0.1"}
)
with urllib.request.urlopen(request, timeout=5) as response:
    assert response.status == 200
