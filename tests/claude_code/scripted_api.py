"""A Messages API on loopback that says what a test wants: one tool call after the other, then that it is done."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Call(NamedTuple):
    """A tool that the model uses."""

    tool: str
    arguments: dict[str, Any]


class ScriptedApi(ThreadingHTTPServer):
    """Answers each turn of the conversation with the next of `calls`; `results` is what the tools gave back."""

    daemon_threads = True

    def __init__(self, calls: list[Call]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls = calls
        self.results: list[str] = []
        self.systems: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The content block of the next message of the model."""
        names = {tool.get("name") for tool in request.get("tools", [])}
        if "Bash" not in names:  # a side request, such as one for a title
            return {"type": "text", "text": "ok"}
        self.results = list(_tool_results(request["messages"]))
        self.systems.append(json.dumps(request["messages"]))
        done = len(self.results)
        if done >= len(self.calls):
            return {"type": "text", "text": "done"}
        call = self.calls[done]
        return {"type": "tool_use", "id": f"toolu_{done}", "name": call.tool, "input": call.arguments}


def _tool_results(messages: list[dict[str, Any]]) -> Iterator[str]:
    for message in messages:
        blocks = message["content"] if isinstance(message["content"], list) else []
        for block in blocks:
            if block.get("type") == "tool_result":
                yield block["content"] if isinstance(block["content"], str) else json.dumps(block["content"])


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedApi

    def log_message(self, *_: Any) -> None:
        """Nothing: the test says what went wrong."""

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_GET(self) -> None:
        self._send(b"{}", "application/json")

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        if "/v1/messages" not in self.path or "count_tokens" in self.path:
            self._send(b'{"input_tokens": 1}', "application/json")
            return
        block = self.server.answer(request)
        stop = "tool_use" if block["type"] == "tool_use" else "end_turn"
        message = {
            "id": "msg_0",
            "type": "message",
            "role": "assistant",
            "model": request.get("model", "scripted"),
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {"input_tokens": 1, "output_tokens": 1},
        }
        if request.get("stream"):
            text = "".join(_stream(message, block, stop))
            self._send(text.encode(), "text/event-stream")
        else:
            self._send(json.dumps({**message, "content": [block], "stop_reason": stop}).encode(), "application/json")

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _stream(message: dict[str, Any], block: dict[str, Any], stop: str) -> Iterator[str]:
    """The server-sent events of one message (docs.anthropic.com: streaming)."""
    empty = {**block, "input": {}} if block["type"] == "tool_use" else {**block, "text": ""}
    if block["type"] == "tool_use":
        delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
    else:
        delta = {"type": "text_delta", "text": block["text"]}
    for event in (
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": empty},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
    ):
        yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
