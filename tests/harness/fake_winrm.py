"""A WinRM server on loopback that runs PowerShell scripts in the double, one at a time.

It speaks as much of WS-Management and of the PowerShell Remoting Protocol as one script needs, over
HTTPS with basic authentication, and refuses everything else. The script runs in the double at
FAKE_WINRM_URL.
Sources: https://learn.microsoft.com/openspecs/windows_protocols/ms-psrp,
https://learn.microsoft.com/openspecs/windows_protocols/ms-wsmv
"""

from __future__ import annotations

import base64
import json
import os
import re
import struct
import sys
import threading
import urllib.error
import uuid
import xml.etree.ElementTree as ET
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from xml.sax.saxutils import escape

from vbrprov_veeam.doubles.vbr.tls import server_context
from vbrprov_veeam.powershell.rehearsal import run_in_double

S = "http://www.w3.org/2003/05/soap-envelope"
A = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
PS = "http://schemas.microsoft.com/powershell"
LOGIN = "Basic " + base64.b64encode(b"backup:c4nary-S3cret").decode()

CAPABILITY, INIT, POOL_STATE = 0x00010002, 0x00010004, 0x00021005
CREATE_PIPELINE, OUTPUT, PIPELINE_STATE = 0x00021006, 0x00041004, 0x00041006
OPENED, COMPLETED, FAILED = 2, 4, 5


class Shell:
    """One runspace pool and its pipeline."""

    def __init__(self, first: bytes) -> None:
        messages = dict(_messages(first))
        if not {CAPABILITY, INIT} <= messages.keys():
            raise ValueError(f"opened with {messages.keys()}")
        self.parts = b""
        self.script = ""
        self.state = COMPLETED
        self.output = ""

    def add(self, fragment: bytes) -> None:
        """One more fragment of the pipeline; run it when it is complete."""
        self.parts += fragment
        for kind, data in _messages(self.parts):
            if kind != CREATE_PIPELINE:
                raise ValueError(f"message {kind:#x}")
            root = ET.fromstring(data)
            [command] = [e for e in root.iter() if e.get("N") == "Cmd"]
            self.script = re.sub(r"_x([0-9A-F]{4})_", lambda m: chr(int(m[1], 16)),
                                 command.text or "")
            try:
                self.output = run_in_double(os.environ["FAKE_WINRM_URL"], self.script)
            except urllib.error.HTTPError as error:
                self.output, self.state = error.read().decode(), FAILED


def _messages(data: bytes) -> list[tuple[int, bytes]]:
    """The complete messages in a row of fragments, with their types."""
    whole: dict[int, bytes] = {}
    out = []
    while data:
        number, _, flags, length = struct.unpack(">QQBI", data[:21])
        whole[number] = whole.get(number, b"") + data[21:21 + length]
        data = data[21 + length:]
        if flags & 2:
            message = whole.pop(number)
            out.append((struct.unpack("<I", message[4:8])[0],
                        message[40:].removeprefix(b"\xef\xbb\xbf")))
    return out


class Handler(BaseHTTPRequestHandler):
    """Answers envelopes."""

    protocol_version = "HTTP/1.1"
    shells: ClassVar[dict[str, Shell]] = {}
    counter = 0

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def do_POST(self) -> None:
        """One envelope."""
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Authorization") != LOGIN:
            self._send(401, b"")
            return
        root = ET.fromstring(raw)
        try:
            body = self._answer(root)
            status = 200
        except (ValueError, KeyError) as error:
            body, status = (f'<s:Fault><s:Reason><s:Text>{escape(repr(error))}</s:Text>'
                            "</s:Reason></s:Fault>"), 500
        message = root.findtext(f"{{{S}}}Header/{{{A}}}MessageID")
        self._send(status, (
            f'<s:Envelope xmlns:s="{S}" xmlns:a="{A}" xmlns:w="{W}" xmlns:rsp="{RSP}">'
            f"<s:Header><a:RelatesTo>{message}</a:RelatesTo></s:Header>"
            f"<s:Body>{body}</s:Body></s:Envelope>").encode())

    def _send(self, status: int, data: bytes) -> None:
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="WSMAN"')
        self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _answer(self, root: ET.Element) -> str:
        action = (root.findtext(f"{{{S}}}Header/{{{A}}}Action") or "").rpartition("/")[2]
        if action == "Create":
            text = next(e.text or "" for e in root.iter(f"{{{PS}}}creationXml"))
            name = next(root.iter(f"{{{RSP}}}Shell")).get("ShellId") or str(uuid.uuid4())
            self.shells[name] = Shell(base64.b64decode(text))
            return f"<rsp:Shell><rsp:ShellId>{name}</rsp:ShellId></rsp:Shell>"
        shell = self.shells[next(iter(self.shells))]
        if action == "Command":
            line = next(root.iter(f"{{{RSP}}}CommandLine"))
            shell.add(base64.b64decode(line.findtext(f"{{{RSP}}}Arguments") or ""))
            return ("<rsp:CommandResponse><rsp:CommandId>"
                    f"{line.get('CommandId')}</rsp:CommandId></rsp:CommandResponse>")
        if action == "Send":
            shell.add(base64.b64decode(next(root.iter(f"{{{RSP}}}Stream")).text or ""))
            return "<rsp:SendResponse/>"
        if action == "Receive":
            wanted = next(root.iter(f"{{{RSP}}}DesiredStream")).get("CommandId")
            return self._receive(shell, wanted)
        if action == "Signal":
            return "<rsp:SignalResponse/>"
        if action == "Delete":
            self.shells.clear()
            return ""
        raise ValueError(f"action {action}")

    def _receive(self, shell: Shell, command: str | None) -> str:
        if command is None:
            data = self._pack(CAPABILITY, (
                '<Obj RefId="0"><MS><Version N="protocolversion">2.1</Version>'
                '<Version N="PSVersion">2.0</Version>'
                '<Version N="SerializationVersion">1.1.0.1</Version></MS></Obj>'))
            data += self._pack(POOL_STATE, '<Obj RefId="0"><MS><I32 N="RunspaceState">'
                               f"{OPENED}</I32></MS></Obj>")
        else:
            out = re.sub(r"_(?=x[0-9A-F]{4}_)", "_x005F_", shell.output)
            out = "".join(f"_x{ord(c):04X}_" if ord(c) < 32 else c for c in out)
            data = self._pack(OUTPUT, f"<S>{escape(out)}</S>") if shell.state == COMPLETED else b""
            data += self._pack(PIPELINE_STATE, '<Obj RefId="0"><MS><I32 N="PipelineState">'
                               f"{shell.state}</I32></MS></Obj>")
        name = f' CommandId="{command}"' if command else ""
        return (f'<rsp:ReceiveResponse><rsp:Stream Name="stdout"{name}>'
                f"{base64.b64encode(data).decode()}</rsp:Stream></rsp:ReceiveResponse>")

    def _pack(self, kind: int, text: str) -> bytes:
        Handler.counter += 1
        message = struct.pack("<II", 1, kind) + b"\x00" * 32 + text.encode()
        return struct.pack(">QQBI", Handler.counter, 0, 3, len(message)) + message


def main() -> None:
    """Listen until standard input closes."""
    context, _, certificate = server_context()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(json.dumps({"port": server.server_port, "certificate": certificate}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


main()
