# SPDX-License-Identifier: LGPL-2.1-or-later
"""A private session for black-box tests: its own bus, keyring, folders and the built daemon, activated by D-Bus.

What to test comes from the environment: SMIMED_PREFIX (an installed smimed), or SMIMED_DAEMON (the built program) and
SMIMED_SCHEMAS (the folder of org.smimed.gschema.xml). Nothing here sleeps: each wait is for an event, and fails when it doesn't come.
Everything that was started is ended by its process id.
"""
import contextlib
import ctypes
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'pki'))
from gi.repository import GLib  # noqa: E402

from bus_watch import BusWatch  # noqa: E402
from smimed_client import Client, Failure  # noqa: E402,F401
from tap import Skip  # noqa: E402

NAME = 'org.smimed.Smime1'
KEYRING_PASSWORD = 'keyring password'
SECRETS = 'org.freedesktop.secrets'
BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=%(runtime)s/bus</listen><auth>EXTERNAL</auth><servicedir>%(services)s</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
<limit name="max_incoming_bytes">1000000000</limit><limit name="max_incoming_unix_fds">250000000</limit>
<limit name="max_outgoing_bytes">1000000000</limit><limit name="max_outgoing_unix_fds">250000000</limit>
<limit name="max_message_size">1000000000</limit><limit name="max_message_unix_fds">4096</limit>
<limit name="service_start_timeout">60000</limit><limit name="max_pending_service_starts">10000</limit>
<limit name="max_replies_per_connection">50000</limit><limit name="max_match_rules_per_connection">50000</limit></busconfig>
"""


def source_root():
    return os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..'))


def corpora(*parts):
    """A path in the conformance data; skips where it isn't there."""
    # A worktree lies elsewhere than the project, so that the default is looked for from each folder upwards.
    top, folder = os.environ.get('SMIMED_CORPORA'), source_root()
    while not top and folder != '/':
        folder = os.path.dirname(folder)
        found = os.path.join(folder, 'shared', 'corpora')
        top = found if os.path.isdir(found) else None
    path = os.path.join(top or 'corpora', *parts)
    if not os.path.exists(path):
        raise Skip('no conformance data: %s (set SMIMED_CORPORA)' % path)
    return path


def _die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _daemon_command():
    prefix = os.environ.get('SMIMED_PREFIX')
    if prefix:
        with open(os.path.join(prefix, 'share/dbus-1/services', NAME + '.service'), encoding='utf-8') as service:
            return re.search(r'^Exec=(.*)$', service.read(), re.M).group(1)
    if os.environ.get('SMIMED_DAEMON'):
        return os.environ['SMIMED_DAEMON']
    raise Skip('nothing to test: set SMIMED_PREFIX, or SMIMED_DAEMON and SMIMED_SCHEMAS')


def _schema_file():
    prefix = os.environ.get('SMIMED_PREFIX')
    folder = os.path.join(prefix, 'share/glib-2.0/schemas') if prefix else os.environ.get('SMIMED_SCHEMAS', source_root() + '/data')
    return os.path.join(folder, 'org.smimed.gschema.xml')


def after(milliseconds):
    """Runs the main loop for that long: the moment at which the daemon is hit, not something that is waited for."""
    loop = GLib.MainLoop()
    GLib.timeout_add(milliseconds, loop.quit)
    loop.run()


def rss_anon(pid):
    """Memory of a process's own, in kB."""
    with open('/proc/%d/status' % pid, encoding='ascii') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('RssAnon'))


class Session:
    """`settings`: GSettings values in GVariant text, set before the daemon starts. `keyring` false: no Secret Service at all.
    `services`: names that the bus shall activate as the system does it. `watched`: calls know how many seconds they took on the bus."""

    def __init__(self, settings=None, keyring=True, environment=None, command=None, services=(), watched=False):
        self.settings, self.with_keyring, self.extra = dict(settings or {}), keyring, dict(environment or {})
        self.command, self.services, self.watched, self.watch = command, services, watched, None
        self.processes, self.clients, self.folder = [], [], None
        self.last = None  # (process id, its pidfd) of the daemon that ran last: its number alone may be another process's by the end

    def __enter__(self):
        command = self.command or _daemon_command()
        self.folder = tempfile.mkdtemp(prefix='smimed-test-')
        try:
            self._make_folders(command)
            self._start_bus()
            self.watch = BusWatch(self) if self.watched else None
            if self.with_keyring:
                self._start_keyring()
            return self
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        for client in self.clients:
            client.close()
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        self._await_last(20)
        complaints = self.complaints()
        shutil.rmtree(self.folder, ignore_errors=True)
        if complaints and _[:1] in ((), (None,)):
            raise AssertionError('the daemon complained:\n' + complaints)

    def _make_folders(self, command):
        join, folder = os.path.join, self.folder
        self.environment = {key: value for key, value in os.environ.items()
                            if key in ('PATH', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH', 'G_SLICE', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS', 'TSAN_OPTIONS')}
        for name, key in (('home', 'HOME'), ('runtime', 'XDG_RUNTIME_DIR'), ('data', 'XDG_DATA_HOME'), ('config', 'XDG_CONFIG_HOME'),
                          ('cache', 'XDG_CACHE_HOME'), ('state', 'XDG_STATE_HOME'), ('schemas', 'GSETTINGS_SCHEMA_DIR')):
            os.mkdir(join(folder, name), 0o700)
            self.environment[key] = join(folder, name)
        os.mkdir(join(folder, 'services'))
        self.environment.update(GSETTINGS_BACKEND='keyfile', GIO_USE_VFS='local', XDG_DATA_DIRS='/usr/share', G_MESSAGES_DEBUG='')
        self.environment.update(self.extra)
        if os.path.exists(_schema_file()):
            shutil.copy(_schema_file(), join(folder, 'schemas'))
            subprocess.run(['glib-compile-schemas', join(folder, 'schemas')], check=True)
        with open(join(folder, 'services', NAME + '.service'), 'w', encoding='utf-8') as service:
            service.write('[D-BUS Service]\nName=%s\nExec=%s\n' % (NAME, command))
        for name in self.services:
            shutil.copy('/usr/share/dbus-1/services/%s.service' % name, join(folder, 'services'))
        os.makedirs(join(folder, 'config/glib-2.0/settings'))
        self._write_settings()

    def _write_settings(self):
        path = os.path.join(self.folder, 'config/glib-2.0/settings/keyfile')
        with open(path + '.new', 'w', encoding='utf-8') as keyfile:
            keyfile.write('[org/smimed]\n' + ''.join('%s=%s\n' % pair for pair in self.settings.items()))
        os.rename(path + '.new', path)

    def _start_bus(self):
        config = os.path.join(self.folder, 'bus.conf')
        with open(config, 'w', encoding='utf-8') as out:
            out.write(BUS_CONFIG % {'runtime': self.folder + '/runtime', 'services': self.folder + '/services'})
        reader, writer = os.pipe()
        self.log_path = os.path.join(self.folder, 'log')
        with open(self.log_path, 'ab') as log:
            self.bus = self.spawn(['dbus-daemon', '--config-file=' + config, '--nofork', '--nopidfile', '--print-address=%d' % writer],
                                   pass_fds=[writer], stderr=log)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            self.address = pipe.readline().strip()
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = self.address
        self.admin = self.client()

    def _start_keyring(self):
        # Once in about a thousand starts, on a busy machine, gnome-keyring comes without its collection.
        for _ in range(3):
            self._spawn_keyring()
            if self.collection != '/':
                return
            self.keyring.terminate()
            self.keyring.wait(20)
            self.admin.wait_until(lambda: not self.admin.has_owner(SECRETS), 20, 'the end of ' + SECRETS)
        raise AssertionError('gnome-keyring made no default collection:\n' + self.log())

    def _spawn_keyring(self):
        # --foreground keeps it our child; the password comes on stdin and unlocks a fresh login collection
        with open(self.log_path, 'ab') as log:
            self.keyring = self.spawn(['gnome-keyring-daemon', '--foreground', '--unlock', '--components=secrets'],
                                      stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log)
        self.keyring.stdin.write(KEYRING_PASSWORD.encode())
        self.keyring.stdin.close()
        self.admin.await_name(SECRETS, 30)
        self.collection, = self.admin.call('/org/freedesktop/secrets', 'org.freedesktop.Secret.Service', 'ReadAlias', '(s)', ['default'],
                                           destination=SECRETS)

    def spawn(self, command, **options):
        process = subprocess.Popen(command, env=self.environment, preexec_fn=_die_with_parent, close_fds=True, **options)
        self.processes.append(process)
        return process

    def client(self):
        client = Client(self)
        self.clients.append(client)
        return client

    def log(self):
        with open(self.log_path, encoding='utf-8', errors='replace') as log:
            return ''.join(log.readlines()[-60:])

    def complaints(self):
        """What no test may leave in the log: the daemon's failed assertions and the sanitizers' findings."""
        if not self.folder or not os.path.exists(getattr(self, 'log_path', '')):
            return ''
        with open(self.log_path, encoding='utf-8', errors='replace') as log:
            text = log.read()
        if 'Sanitizer' in text or 'runtime error:' in text:
            return text[-20000:]
        return '\n'.join(line for line in text.splitlines() if ('CRITICAL **' in line or 'ERROR **' in line) and '(smimed:' in line)

    def run(self, *command, **options):
        """A program inside the session; its output as bytes, failures as CalledProcessError."""
        options.setdefault('check', True)
        return subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, **options)

    def set(self, key, value):
        """Changes a setting while the daemon runs, and waits until its Policy shows that it has seen it. A number is GVariant text too."""
        self.settings[key] = value
        wanted = GLib.Variant.parse(None, value, None, None).unpack()
        changed = self.admin.listen('org.freedesktop.DBus.Properties', 'PropertiesChanged', self.admin.ROOT)
        self._write_settings()
        self.admin.wait_until(lambda: self._policy(key) == wanted, 20, '%s = %s in Manager.Policy' % (key, value))
        changed.stop()

    def _policy(self, key):
        seen = self.admin.get('Manager', 'Policy').get(key)
        return seen if isinstance(seen, bool) or not isinstance(seen, int) else int(seen)

    # The daemon's process

    def daemon_pid(self):
        """The process id of the running daemon, or 0."""
        try:
            pid, = self.admin.bus_call('GetConnectionUnixProcessID', '(s)', [NAME])
        except Failure:
            return 0
        if not self.last or self.last[0] != pid or self._has_ended(self.last[1]):
            self._forget_last()
            try:
                self.last = pid, os.pidfd_open(pid)
            except ProcessLookupError:
                return 0  # it has just ended
        return pid

    @staticmethod
    def _has_ended(handle, seconds=0):
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def _forget_last(self):
        if self.last:
            os.close(self.last[1])
        self.last = None

    def start_daemon(self):
        self.admin.bus_call('StartServiceByName', '(su)', [NAME, 0], timeout=60)
        return self.daemon_pid()

    def kill_daemon(self, number=signal.SIGKILL):
        """Ends the daemon and waits until it is gone and the bus knows it."""
        pid = self.daemon_pid()
        if not pid:
            return
        handle = self.last[1]
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, number)
        self._has_ended(handle, 20)
        self.admin.wait_until(lambda: not self.admin.has_owner(NAME), 20, 'the name to be free')

    def _await_last(self, seconds):
        ended = not self.last or self._has_ended(self.last[1], seconds)
        if not ended:
            signal.pidfd_send_signal(self.last[1], signal.SIGKILL)
        self._forget_last()
        if not ended:
            raise AssertionError('the daemon did not end with its bus')

    # The keyring

    def _secrets(self, method, kind, arguments, interface='org.freedesktop.Secret.Service', **options):
        return self.admin.call('/org/freedesktop/secrets', interface, method, kind, arguments, destination=SECRETS, **options)

    def lock_keyring(self):
        self._secrets('Lock', '(ao)', [[self.collection]])

    def unlock_keyring(self):
        """With the password, as a login does it: no prompt."""
        _, path = self._secrets('OpenSession', '(sv)', ['plain', GLib.Variant('s', '')])
        secret = (path, b'', KEYRING_PASSWORD.encode(), 'text/plain')
        self._secrets('UnlockWithMasterPassword', '(o(oayays))', [self.collection, secret],
                      interface='org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface')

    def is_locked(self):
        value, = self.admin.call(self.collection, 'org.freedesktop.DBus.Properties', 'Get', '(ss)',
                                 ['org.freedesktop.Secret.Collection', 'Locked'], destination=SECRETS)
        return value

    def secret_items(self):
        value, = self.admin.call(self.collection, 'org.freedesktop.DBus.Properties', 'Get', '(ss)',
                                 ['org.freedesktop.Secret.Collection', 'Items'], destination=SECRETS)
        return value

    # Files

    def data_files(self):
        """All files below the data, cache and state folders that the daemon has made."""
        found = []
        for name in ('data', 'cache', 'state', 'config'):
            for folder, _, files in os.walk(os.path.join(self.folder, name)):
                found += [os.path.join(folder, file) for file in files if '/keyrings' not in folder]
        return found

    def databases(self):
        def is_database(path):
            with open(path, 'rb') as file:
                return file.read(16) == b'SQLite format 3\0'
        return [path for path in self.data_files() if is_database(path)]
