"""A stand-in for as much of Kubernetes' API as the executor plugin calls: jobs are processes of this machine.

Each starts in an empty folder and with nothing in its environment, as in a pod; all see the same file system.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Body = dict[str, object]


class Cluster:
    """The jobs that were asked for; the first is lost, as on a node that fails."""

    def __init__(self, folder: Path, path: str) -> None:
        self.folder = folder
        self.path = path
        self.specifications: list[Body] = []
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def submit(self, job: Body) -> None:
        """Start the process of a job."""
        pod = self.folder / f"pod{len(self.specifications)}"
        pod.mkdir()
        specification = job["spec"]["template"]["spec"]
        (container,) = specification["containers"]
        command = [*container["command"], *container["args"]] if self.specifications else ["false"]
        self.specifications.append(specification)
        environment = {"PATH": self.path, "HOME": str(pod), "POD": str(pod)}
        with (pod / "log").open("w") as log:
            process = subprocess.Popen(command, cwd=pod, env=environment, stdout=log, stderr=log)
        self._processes[job["metadata"]["name"]] = process

    def status(self, name: str) -> Body:
        """What has become of a job."""
        code = self._processes[name].poll()
        return {"active": 1} if code is None else {"failed": 1} if code else {"succeeded": 1}

    def stop(self) -> None:
        """End what still runs."""
        for process in self._processes.values():
            process.kill()
            process.wait()


@contextmanager
def serve(cluster: Cluster) -> Iterator[Path]:
    """Answer requests for a cluster; gives the path of the configuration for clients."""

    class Handler(BaseHTTPRequestHandler):
        def respond(self, body: Body) -> None:
            data = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def body(self) -> Body:
            return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")

        def do_POST(self) -> None:
            body = self.body()
            if self.path.endswith("/jobs"):
                cluster.submit(body)
            self.respond(body)

        def do_GET(self) -> None:
            is_job = "/jobs/" in self.path
            self.respond({"status": cluster.status(self.path.split("/")[-2])} if is_job else {"items": []})

        def do_DELETE(self) -> None:
            self.body()
            self.respond({"kind": "Status", "status": "Success"})

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    configuration = {
        "current-context": "test",
        "clusters": [{"name": "test", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}],
        "users": [{"name": "test", "user": {}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
    }
    path = cluster.folder / "kubeconfig"
    path.write_text(json.dumps(configuration))
    try:
        yield path
    finally:
        server.shutdown()
        cluster.stop()
