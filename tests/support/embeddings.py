"""A server that speaks the OpenAI API's /v1/embeddings, with vectors that tell which words a text has."""

import json
import re
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

WIDTH = 96
SAID = 0.6  # what all texts have in common


def vector(text: str) -> list[float]:
    found = np.zeros(WIDTH)
    for word in set(re.findall(r"[a-z]+", text.lower())):
        found[1 + zlib.crc32(word.rstrip("s").encode()) % (WIDTH - 1)] += 1
    length = float(np.linalg.norm(found)) or 1.0
    return [SAID, *(found[1:] / length * (1 - SAID**2) ** 0.5).tolist()]


class Embeddings:
    """``status`` and ``broken`` make it fail; ``asked`` is what it was sent."""

    def __init__(self) -> None:
        self.status, self.broken = 200, False
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        ours = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["content-length"])))
                ours.asked.append(told)
                ours.keys.append(self.headers.get("authorization", ""))
                status = ours.status if self.path == "/v1/embeddings" else 404
                rows = [
                    {"object": "embedding", "index": place, "embedding": vector(text)}
                    for place, text in enumerate(told["input"])
                ]
                rows.reverse()  # the order is in the index
                body = json.dumps({"object": "list", "data": rows[1:] if ours.broken else rows}).encode()
                self.send_response(status)
                if status == 429:
                    self.send_header("retry-after", "7")
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
