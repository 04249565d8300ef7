#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An HTTP server on loopback with faults on demand. The first part of a path picks the fault, what follows is free, so that each test has
its own URLs; everything else is a file of `files` or of the folder given with --root.

    /silent/...          takes the request, never answers          /drip/...         a byte a second
    /trickle/...         likewise, of a body that isn't too large
    /endless/...         a body without end                        /endless-header/...
    /huge/...            announces 10 GB                           /wrong-length/... announces more than it sends
    /loop/...            a redirect to itself                      /hops/N/PATH      N redirects, then PATH
    /redirect/URL        a redirect to URL (escaped or not)        /garbage/...      not HTTP
    /html/...            a page with status 200                    /empty/...        200 without a body
    /status/N/...        that status                               /etag/PATH        the file; 304 to its ETag or Last-Modified
    /echo/...            the request's body and Content-Type       /fields/...       the request's header fields
    /hold/PATH           the file, but not before /release/...     /count/PATH       how often PATH was asked for
    /gzip/PATH           the file, compressed without being asked  /length/N         N octets
    /late/...            `late`, but not before /release/...
    /ocsp/...            what `responders[path]` makes of the request
    /moved/...           a redirect to `moved[path]`, with the request
    /forward/...         what the server at the port `forward[path]` says
    http://HOST/...      asked as a proxy: says so, or what `proxy(url, body)` does (None: 404)

As a module: `with FaultServer() as server: server.files['/ca.crl'] = der; server.url('/ca.crl')`; `server.hits[path]` counts requests.
As a program: prints `PORT REFUSING_PORT` and serves until its standard input is closed; the second port refuses connections.
"""
import argparse
import collections
import gzip
import http.client
import http.server
import os
import socket
import sys
import threading
import urllib.parse

MODIFIED = 'Mon, 06 Jan 2025 10:00:00 GMT'


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server_version = 'faults'

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.answer(b'')

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers.get('Content-Length', 0))))

    def answer(self, body):
        self.close_connection = True
        self.server.owner.note(self.path)
        name, _, rest = self.path.lstrip('/').partition('/')
        if self.path.startswith('http://'):
            self.answer_as_proxy(body)
            return
        fault = getattr(self, 'fault_' + name.replace('-', '_'), None)
        try:
            if fault:
                fault(rest, body)
            else:
                self.send_file(self.path)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def answer_as_proxy(self, body):
        answer = self.server.owner.proxy(self.path, body)
        self.send(answer or b'not here\n', 200 if answer else 404)

    def head(self, status=200, **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace('_', '-'), str(value))
        self.send_header('Connection', 'close')
        self.end_headers()

    def send(self, body, status=200, **fields):
        self.head(status, Content_Length=len(body), **fields)
        self.wfile.write(body)

    def send_file(self, path, **fields):
        body = self.server.owner.find(path)
        if body is None:
            self.send(b'not here\n', 404)
        else:
            self.send(body, Last_Modified=MODIFIED, **fields)

    def wait_for_end(self):
        """Until the client goes or the server ends."""
        self.connection.settimeout(None)
        try:
            while self.connection.recv(4096):
                pass
        except OSError:
            pass

    def fault_silent(self, rest, body):
        self.wait_for_end()

    def fault_drip(self, rest, body):
        self.head(Content_Length=1000000)
        while not self.server.owner.closing.wait(1):
            self.wfile.write(b'.')

    def fault_trickle(self, rest, body):
        self.head(Content_Length=1000)
        while not self.server.owner.closing.wait(1):
            self.wfile.write(b'0')

    def fault_endless(self, rest, body):
        self.head()
        while True:
            self.wfile.write(b'\0' * 65536)

    def fault_endless_header(self, rest, body):
        self.wfile.write(b'HTTP/1.1 200 OK\r\n')
        while True:
            self.wfile.write(b'X-Padding: ' + b'x' * 1000 + b'\r\n')

    def fault_huge(self, rest, body):
        self.head(Content_Length=10_000_000_000)
        while True:
            self.wfile.write(b'\0' * 65536)

    def fault_wrong_length(self, rest, body):
        self.head(Content_Length=1000)
        self.wfile.write(b'0123456789')

    def fault_loop(self, rest, body):
        self.send(b'', 302, Location=self.path)

    def fault_hops(self, rest, body):
        number, _, path = rest.partition('/')
        self.send(b'', 301, Location='/hops/%d/%s' % (int(number) - 1, path) if int(number) > 1 else '/' + path)

    def fault_redirect(self, rest, body):
        self.send(b'moved', 302, Location=urllib.parse.unquote(rest))

    def fault_garbage(self, rest, body):
        self.wfile.write(b'\x16\x03\x01 this is not HTTP\r\n\r\n' + bytes(range(256)))

    def fault_html(self, rest, body):
        self.send(b'<!DOCTYPE html><html><body>Please log in</body></html>\n', Content_Type='text/html')

    def fault_empty(self, rest, body):
        self.send(b'')

    def fault_status(self, rest, body):
        self.send(b'sorry\n', int(rest.partition('/')[0]))

    def fault_etag(self, rest, body):
        if self.headers.get('If-None-Match') == '"one"' or self.headers.get('If-Modified-Since') == MODIFIED:
            self.head(304, ETag='"one"')
        else:
            self.send_file('/' + rest, ETag='"one"')

    def fault_echo(self, rest, body):
        self.send(body, Content_Type=self.headers.get('Content-Type', ''))

    def fault_fields(self, rest, body):
        self.send(self.requestline.encode() + b'\n' + str(self.headers).encode())

    def fault_hold(self, rest, body):
        self.server.owner.released.wait()
        self.send_file('/' + rest)

    def fault_late(self, rest, body):
        self.server.owner.released.wait()
        self.send(b'late')

    def fault_release(self, rest, body):
        self.server.owner.released.set()
        self.send(b'released')

    def fault_count(self, rest, body):
        self.send(b'%d' % self.server.owner.hits['/' + rest])

    def fault_gzip(self, rest, body):
        self.send(gzip.compress(self.server.owner.find('/' + rest) or b''), Content_Encoding='gzip')

    def fault_ocsp(self, rest, body):
        self.send(self.server.owner.responders[self.path](body), Content_Type='application/ocsp-response')

    def fault_moved(self, rest, body):
        self.send(b'', 307, Location=self.server.owner.moved[self.path])

    def fault_forward(self, rest, body):
        other = http.client.HTTPConnection('127.0.0.1', self.server.owner.forward[self.path], timeout=20)
        other.request(self.command, self.path, body, {'Content-Type': self.headers.get('Content-Type', '')})
        answer = other.getresponse()
        self.send(answer.read(), answer.status, Content_Type=answer.headers.get('Content-Type', ''))
        other.close()

    def fault_length(self, rest, body):
        self.send(b'x' * int(rest.partition('/')[0]))


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def handle_error(self, request, client_address):
        pass


class FaultServer:
    def __init__(self, root=None, host='127.0.0.1'):
        self.files, self.hits, self.root, self.responders = {}, collections.Counter(), root, {}
        self.moved, self.forward, self.proxy = {}, {}, lambda url, body: b'proxied ' + url.encode()
        self.lock, self.closing, self.released = threading.Lock(), threading.Event(), threading.Event()
        self.server = Server((host, 0), Handler)
        self.server.owner = self
        self.host, self.port = host, self.server.server_address[1]
        # Bound but not listening: connections are refused, and nobody else gets the port.
        self.refusing = socket.socket()
        self.refusing.bind((host, 0))
        self.refusing_port = self.refusing.getsockname()[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        self.closing.set()
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.refusing.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *args):
        self.stop()

    def url(self, path, host=None):
        return 'http://%s:%d%s' % (host or self.host, self.port, path)

    def refused_url(self, path):
        return 'http://%s:%d%s' % (self.host, self.refusing_port, path)

    def note(self, path):
        with self.lock:
            self.hits[path] += 1

    def find(self, path):
        """The file's bytes; None: there is none."""
        if path in self.files:
            return self.files[path]
        name = os.path.normpath(urllib.parse.unquote(path)).lstrip('/')
        try:
            with open(os.path.join(self.root, name), 'rb') as file:
                return file.read()
        except (OSError, TypeError):
            return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', help='folder with the files that are served')
    parser.add_argument('--host', default='127.0.0.1')
    arguments = parser.parse_args()
    with FaultServer(arguments.root, arguments.host) as server:
        print(server.port, server.refusing_port, flush=True)
        sys.stdin.read()


if __name__ == '__main__':
    main()
