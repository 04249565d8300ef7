#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""session.py PREFIX [COMMAND...]: runs COMMAND, or a shell, in a private desktop session.

The session has a bus, a Secret Service whose default collection `login` is unlocked (password: "smimed"), folders and
settings of its own, and activates the service that is installed in PREFIX. COMMAND's exit code becomes ours. Whatever
was started in the session, in the background too, ends with it.
"""

import ctypes
import os
import shutil
import select
import signal
import subprocess
import sys
import tempfile
import time

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:path={run}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{prefix}/share/dbus-1/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <!-- A session bus's limits, not the system bus's, which dbus-daemon would take by default. -->
  <limit name="max_incoming_bytes">1000000000</limit>
  <limit name="max_incoming_unix_fds">250000000</limit>
  <limit name="max_outgoing_bytes">1000000000</limit>
  <limit name="max_outgoing_unix_fds">250000000</limit>
  <limit name="max_message_size">1000000000</limit>
  <limit name="max_message_unix_fds">4096</limit>
  <limit name="service_start_timeout">30000</limit>
  <limit name="max_completed_connections">100000</limit>
  <limit name="max_incomplete_connections">10000</limit>
  <limit name="max_connections_per_user">100000</limit>
  <limit name="max_pending_service_starts">10000</limit>
  <limit name="max_names_per_connection">50000</limit>
  <limit name="max_match_rules_per_connection">50000</limit>
  <limit name="max_replies_per_connection">50000</limit>
</busconfig>
"""
KEYRING_PASSWORD = b"smimed"
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
GRACE_SECONDS = 3

libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def make_environment(prefix, top):
    """The folders of the session, and the environment that everything in it inherits."""
    environment = dict(os.environ)
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DBUS_STARTER_ADDRESS", "DBUS_STARTER_BUS_TYPE", "GNOME_KEYRING_CONTROL"):
        environment.pop(name, None)
    for name, folder in (
        ("HOME", "home"),
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_STATE_HOME", "state"),
    ):
        environment[name] = os.path.join(top, folder)
        os.mkdir(environment[name], 0o700)
    data_dirs = os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share")
    environment.update(
        XDG_DATA_DIRS=f"{prefix}/share:{data_dirs}",
        PATH=f"{prefix}/bin:{os.environ.get('PATH', '/usr/local/bin:/usr/bin:/bin')}",
        GSETTINGS_SCHEMA_DIR=f"{prefix}/share/glib-2.0/schemas",
        GSETTINGS_BACKEND="keyfile",
        GIO_USE_VFS="local",
        SMIMED_PREFIX=prefix,
        SMIMED_LOG=os.path.join(top, "log"),
    )
    return environment


def start_bus(prefix, environment, log):
    """dbus-daemon; ready when it has told its address."""
    run = environment["XDG_RUNTIME_DIR"]
    config = os.path.join(run, "bus.conf")
    with open(config, "w", encoding="utf-8") as file:
        file.write(BUS_CONFIG.format(run=run, prefix=prefix))
    read_end, write_end = os.pipe()
    subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", f"--print-address={write_end}"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=[write_end],
        preexec_fn=die_with_parent,
        start_new_session=True,
    )
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        address = pipe.readline().strip()
    if not address:
        raise RuntimeError("dbus-daemon did not start")
    environment["DBUS_SESSION_BUS_ADDRESS"] = address


def start_keyring(environment, log):
    """gnome-keyring-daemon; ready when it owns the Secret Service's name."""
    keyring = subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        preexec_fn=die_with_parent,
        start_new_session=True,
    )
    keyring.stdin.write(KEYRING_PASSWORD)
    keyring.stdin.close()
    environment["GNOME_KEYRING_CONTROL"] = os.path.join(environment["XDG_RUNTIME_DIR"], "keyring")
    wait = ["gdbus", "wait", "--session", "--timeout=20", "org.freedesktop.secrets"]
    if subprocess.run(wait, env=environment, stdout=log, stderr=log, check=False).returncode != 0:
        raise RuntimeError("gnome-keyring-daemon did not start")


def shell(environment):
    print("A private session. Try: busctl --user introspect org.smimed.Smime1 /org/smimed/Smime1", file=sys.stderr)
    print(f"Files: {os.path.dirname(environment['HOME'])}; the service's messages: $SMIMED_LOG.", file=sys.stderr)
    environment["PS1"] = "(smimed) \\w\\$ "
    return ["bash", "--norc", "-i"] if sys.stdin.isatty() else ["bash"]


def run(command, environment):
    """Runs COMMAND to its end, and meanwhile collects orphans (we are their subreaper)."""
    try:
        child = subprocess.Popen(command, env=environment)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    while True:
        pid, status = os.wait()
        if pid == child.pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return child.returncode if child.returncode >= 0 else 128 - child.returncode


def descendants(pid):
    """All living processes below PID, children first seen first."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                for child in map(int, file.read().split()):
                    found += [child, *descendants(child)]
    except OSError:
        pass  # it has just ended
    return found


def reap(until):
    """Collects ended children; False when nobody is left, True when the time is over."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid:
            continue
        left = until - time.monotonic()
        if left <= 0:
            return True
        ready = select.poll()
        fds = []
        for child in descendants(os.getpid()):
            try:
                fds.append(os.pidfd_open(child))
                ready.register(fds[-1], select.POLLIN)
            except OSError:
                pass
        ready.poll(left * 1000)
        for fd in fds:
            os.close(fd)


def end_everything():
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in descendants(os.getpid()):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        if not reap(time.monotonic() + GRACE_SECONDS):
            return


class Ended(Exception):
    """A signal asked us to end."""


def on_signal(number, _frame):
    # The terminal tells its whole foreground group: there, COMMAND decides what an interrupt means.
    if number == signal.SIGINT and sys.stdin.isatty():
        return
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise Ended(number)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    prefix, command = os.path.realpath(sys.argv[1]), sys.argv[2:]
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    top = tempfile.mkdtemp(prefix="smimed-")
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, on_signal)
        environment = make_environment(prefix, top)
        with open(environment["SMIMED_LOG"], "ab") as log:
            start_bus(prefix, environment, log)
            start_keyring(environment, log)
        status = run(command or shell(environment), environment)
    except Ended as ended:
        status = 128 + ended.args[0]
    except RuntimeError as error:
        print(f"No session: {error}", file=sys.stderr)
        with open(os.path.join(top, "log"), encoding="utf-8", errors="replace") as log:
            sys.stderr.write(log.read())
        status = 125
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        end_everything()
        shutil.rmtree(top, ignore_errors=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
