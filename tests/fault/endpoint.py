"""An endpoint of HTTP that misbehaves, for deliver.sh: drops connections, delays, answers 429 and 500, cuts
its answer off after it has taken a batch.  Takes a batch once by its Idempotency-Key.

Usage: endpoint.py PORT_FILE STORE SEED    (until it is killed; STORE: a line of JSON for each batch taken)
"""
import http.server
import json
import os
import random
import socket
import sys
import time
import urllib.parse

port_file, store, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
chance, taken = random.Random(seed), set()


class Endpoint(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def cut(self):
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/refuse":
            return self.answer(400)
        if self.headers["Content-Type"] != "application/json":
            body = urllib.parse.parse_qs(body)["data"][0]
        if self.path == "/secret" and self.headers["Authorization"] != "Bearer of-the-test":
            return self.answer(401)
        luck = chance.random() if self.path != "/good" else 1
        if luck < 0.1:
            return self.cut()
        if luck < 0.2:
            return self.answer(500)
        if luck < 0.25:
            return self.answer(429, ("Retry-After", "0"))
        if luck < 0.3:
            time.sleep(0.02)
        key = self.headers["Idempotency-Key"]
        if key not in taken:
            taken.add(key)
            with open(store, "a", encoding="utf-8") as out:
                out.write(json.dumps({"key": key, "batch": json.loads(body)}) + "\n")
        if luck < 0.45:
            return self.cut()
        self.answer(200)


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):     # a client that was killed
        pass


server = Server(("127.0.0.1", 0), Endpoint)
with open(port_file + ".new", "w", encoding="utf-8") as out:
    out.write(str(server.server_address[1]))
os.rename(port_file + ".new", port_file)
server.serve_forever()
