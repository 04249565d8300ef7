# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real slapd with entries of a test; see directory_server.py and address_book.py for what they may be."""
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import urllib.parse

import freeze

BASE = 'o=Test'
SLAPD = shutil.which('slapd', path=os.environ.get('PATH', '') + ':/usr/sbin')
CONFIG = """modulepath /usr/lib/ldap
moduleload back_mdb
include /etc/ldap/schema/core.schema
%(schema)s
pidfile %(folder)s/pid
threads 4
database mdb
maxsize 2147483648
dbnosync
suffix "%(base)s"
directory %(folder)s/data
%(database)s
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Slapd:
    """`with Slapd() as server`: holds what ldif() gives, at the same ports until it ends. `schema`, `database`: lines of slapd.conf. `tls`: an
    ldaps port, too. `debug`: 'stats' fills `searches`."""

    def __init__(self, base=BASE, schema='', database='', tls=False, debug='none'):
        self.base, self.schema, self.database, self.tls, self.debug = base, schema, database, tls, debug
        self.process, self.port, self.tls_port = None, 0, 0
        self.searches = []  # what was asked for, in the server's own words
        self.folder = tempfile.mkdtemp(prefix='smimed-slapd-')
        self.config = os.path.join(self.folder, 'slapd.conf')

    def ldif(self):
        """The LDIF of each entry, the base first; a generator may be long."""
        raise NotImplementedError

    def start(self):
        self.fill()
        self.serve()
        return self

    def fill(self):
        shutil.rmtree(os.path.join(self.folder, 'data'), ignore_errors=True)
        os.mkdir(os.path.join(self.folder, 'data'))
        with open(self.config, 'w', encoding='utf-8') as file:
            file.write(CONFIG % vars(self))
        command = [SLAPD, '-T', 'add', '-q', '-s', '-f', self.config]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as add:
            threading.Thread(target=self._feed, args=[add.stdin], daemon=True).start()
            complaint = add.stderr.read()
        if add.returncode:
            raise AssertionError('slapadd: ' + complaint)

    def _feed(self, pipe):
        with pipe:
            pipe.writelines(self.ldif())

    def serve(self):
        """Starts slapd, at the same ports as before if it served already."""
        before = self.port
        # A port is free now, and may not be a moment later.
        while not self._try_ports():
            if before:
                raise AssertionError('the port %d has been taken' % before)
            self.port = self.tls_port = 0

    def _try_ports(self):
        self.port, self.tls_port = self.port or free_port(), self.tls_port or free_port()
        urls = ['ldap://127.0.0.1:%d' % self.port, 'ldapi://' + self.socket]
        urls += ['ldaps://127.0.0.1:%d' % self.tls_port] if self.tls else []
        self.process = subprocess.Popen([SLAPD, '-f', self.config, '-h', ' '.join(urls), '-d', self.debug], stderr=subprocess.PIPE, text=True)
        log = self.process.stderr
        if not any('slapd starting' in line for line in log):
            self.process.wait()
            return False
        threading.Thread(target=lambda: self.searches.extend(line for line in log if ' SRCH base=' in line), daemon=True).start()
        return self._await_listening()

    def _await_listening(self):
        """The port is its own when it says that it starts, but it doesn't listen yet, and says nothing more."""
        while True:
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(('127.0.0.1', self.port)):
                return True
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.01)
                return False

    @property
    def socket(self):
        return urllib.parse.quote(os.path.join(self.folder, 'socket'), safe='')

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()

    def freeze(self):
        """It takes connections, and says nothing, until thaw()."""
        freeze.freeze(self.process.pid)

    def thaw(self):
        freeze.thaw(self.process.pid)

    def stop(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *args):
        self.stop()
