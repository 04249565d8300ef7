#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Speed and memory of whole calls over the bus, with the peer measured in the same run beside it.

bench.py [--quick] [--json FILE] [--build FOLDER-WITH-BENCH-LOAD]; what is measured comes from SMIMED_PREFIX, or SMIMED_DAEMON and
SMIMED_SCHEMAS. CPU times are the daemon's, the client's and the bus's together, against the `openssl cms` command on the same file;
both sides deliver their result (a memfd that the client reads, a file). They take turns, and the median of each counts.
"""
import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import bench_recipients  # noqa: E402
import bench_revocation  # noqa: E402
import samples  # noqa: E402
from smimed_session import Session, rss_anon  # noqa: E402
from pki import Pki  # noqa: E402

SETTINGS = {'enabled': 'true', 'revocation': "'off'"}


def cpu_of(pid):
    """Seconds of CPU that a process has used so far, to the nanosecond: its CPU clock (clock_getcpuclockid)."""
    return time.clock_gettime((~pid << 3) | 2)


class Peak:
    """The highest RssAnon in kB while the block runs, sampled as often as the machine lets us."""

    def __init__(self, pid):
        self.pid, self.value, self.running = pid, 0, True

    def _sample(self):
        while self.running:
            self.value = max(self.value, rss_anon(self.pid))
            time.sleep(0.0005)

    def __enter__(self):
        self.thread = threading.Thread(target=self._sample)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.running = False
        self.thread.join()
        if self.value == 0:
            raise SystemExit('No memory was measured: process %d is gone' % self.pid)


class Bench:
    def __init__(self, session, build, folder, quick):
        self.session, self.build, self.folder, self.quick = session, build, folder, quick
        self.client, self.pki, self.rows = session.client(), Pki(os.path.join(folder, 'pki')), []
        self.client.trust(self.pki)
        for name in ('alice', 'bob', 'carol', 'ursula'):
            self.client.own(self.pki[name])
            self.client.register_account(self.pki[name].address)
        self.pid = session.daemon_pid()

    def file(self, name, data=None):
        path = os.path.join(self.folder, name)
        if data is not None:
            with open(path, 'wb') as out:
                out.write(data)
        return path

    def row(self, what, ours, peer, ratio, limit, good, unit):
        self.rows.append({'what': what, 'smimed': ours, 'peer': peer, 'ratio': ratio, 'limit': limit, 'met': good, 'unit': unit})

    def load(self, method, calls, parallel=1, **options):
        command = [os.path.join(self.build, 'bench-load'), '--bus', self.session.address, '--calls', str(calls), '--parallel', str(parallel)]
        for key, value in options.items():
            command += ['--' + key.rstrip('_'), value]
        done = subprocess.run(command + [method], stdout=subprocess.PIPE, check=True, timeout=900)
        return json.loads(done.stdout)

    def our_cpu(self, method, options):
        """CPU seconds of one call: daemon, client and bus."""
        before = cpu_of(self.pid) + cpu_of(self.session.bus.pid)
        result = self.load(method, 1, **options)
        return cpu_of(self.pid) + cpu_of(self.session.bus.pid) - before + result['client_cpu']

    @staticmethod
    def openssl_cpu(arguments):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(['openssl', 'cms'] + arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def compare(self, what, limit, method, options, arguments):
        self.our_cpu(method, options)
        pairs = [(self.our_cpu(method, options), self.openssl_cpu(arguments)) for _ in range(3 if self.quick else 7)]
        ours, theirs = (statistics.median(side) for side in zip(*pairs))
        self.row(what, round(ours * 1000, 1), round(theirs * 1000, 1), round(ours / theirs, 3), '<= %.3f' % limit, ours / theirs <= limit,
                 'ms of CPU')

    # The rows of the table

    def big_messages(self):
        alice, bob = self.pki['alice'], self.pki['bob']
        plain = self.file('plain.eml', samples.big(25000000))
        signed, sealed, sealed_gcm = self.file('signed.eml'), self.file('cbc.eml'), self.file('gcm.eml')
        out = ['-out', self.file('out')]
        signing = ['-sign', '-in', plain, '-signer', alice.crt_file, '-inkey', alice.key_file, '-certfile', alice.path('chain')]
        subprocess.run(['openssl', 'cms'] + signing + ['-from', 'alice@example.org', '-out', signed], check=True)
        for cipher, path in (('-aes-256-cbc', sealed), ('-aes-256-gcm', sealed_gcm)):
            subprocess.run(['openssl', 'cms', '-encrypt', cipher, '-in', plain, '-out', path, bob.crt_file], check=True)
        opening = ['-recip', bob.crt_file, '-inkey', bob.key_file] + out
        sealing = {'message': plain, 'from_': alice.address, 'to': bob.address, 'cipher': 'aes-256-gcm'}
        self.compare('25 MB verify', 1 / 12, 'open', {'message': signed},
                     ['-verify', '-in', signed, '-CAfile', self.pki['root'].crt_file] + out)
        self.compare('25 MB decrypt (AES-256-CBC)', 1 / 5, 'open', {'message': sealed}, ['-decrypt', '-in', sealed] + opening)
        self.compare('25 MB decrypt (AES-256-GCM)', 1 / 5, 'open', {'message': sealed_gcm}, ['-decrypt', '-in', sealed_gcm] + opening)
        self.compare('25 MB encrypt with GCM', 1 / 3, 'encrypt', sealing, ['-encrypt', '-in', plain, '-aes-256-gcm'] + out + [bob.crt_file])
        self.compare('25 MB sign', 0.6, 'sign', {'message': plain, 'from_': alice.address}, signing + out)

    def memory(self):
        """RssAnon at its highest during one call, a small message against one of 250 MB."""
        alice, bob = self.pki['alice'], self.pki['bob']
        size = 60000000 if self.quick else 250000000
        small, large = self.file('10k.eml', samples.big(10000)), self.file('250m.eml', samples.big(size))
        for what, path in (('signed', large), ('small-signed', small)):
            subprocess.run(['openssl', 'cms', '-sign', '-in', path, '-signer', alice.crt_file, '-inkey', alice.key_file,
                            '-certfile', alice.path('chain'), '-from', 'alice@example.org', '-out', self.file(what)], check=True)
            subprocess.run(['openssl', 'cms', '-encrypt', '-aes-256-gcm', '-in', path, '-out', self.file(what.replace('signed', 'sealed')),
                            bob.crt_file], check=True)
        # Base64 makes the sealed one a third larger than max-message-size allows
        calls = [('sign', small, large, {'from_': alice.address}), ('verify', self.file('small-signed'), self.file('signed'), {}),
                 ('encrypt', small, large, {'from_': alice.address, 'to': bob.address, 'cipher': 'aes-256-gcm'}),
                 ('decrypt', self.file('small-sealed'), self.file('sealed'), {})]
        self.session.set('max-message-size', '420000000')
        for what, little, much, options in calls:
            self._memory_row(what, little, much, options)

    def _memory_row(self, what, little, much, options):
        method = {'verify': 'open', 'decrypt': 'open'}.get(what, what)
        peaks = []
        for path in (little, much):
            self.load(method, 3, message=little, **options)
            with Peak(self.pid) as peak:
                self.load(method, 1, message=path, **options)
            peaks.append(peak.value)
        growth = (peaks[1] - peaks[0]) / 1024
        self.row('RssAnon growth, %s, 10 kB to %d MB' % (what, os.path.getsize(much) // 1000000), round(peaks[1] / 1024, 1),
                 round(peaks[0] / 1024, 1), round(growth, 1), '<= 8 more', growth <= 8, 'MB')

    def throughput(self):
        carol, calls = self.pki['carol'], 1000 if self.quick else 4000
        plain = self.file('10kc.eml', samples.big(10000, sender=carol.address))
        signed = self.file('10kc-signed.eml')
        with open(signed, 'wb') as out:
            out.write(self.client.sign(samples.big(10000, sender=carol.address), carol.address)[0])
        methods = {'ping': ('ping', {}), 'sign': ('sign', {'message': plain, 'from_': carol.address}), 'verify': ('open', {'message': signed})}
        for method, options in methods.values():
            self.load(method, 500, 16, **options)
        rounds = [{what: self.rate(self.load(method, calls, 16, **options)) for what, (method, options) in methods.items()} for _ in range(7)]
        rates = {what: statistics.median(one[what] for one in rounds) for what in methods}
        for what, limit in (('sign', 2500 / 7000), ('verify', 1500 / 7000)):
            ratio = rates[what] / rates['ping']
            self.row('10 kB P-256 %s, 16 under way' % what, round(rates[what]), round(rates['ping']), round(ratio, 3), '>= %.3f of ping' % limit,
                     ratio >= limit, 'a second')
        commands = self._openssl_rate(carol, plain)
        self.row('(for comparison) openssl cms -sign as a command', round(rates['sign']), round(commands), round(rates['sign'] / commands, 1), '', True, 'a second')

    @staticmethod
    def rate(result):
        if result['failed']:
            raise SystemExit('%d calls failed' % result['failed'])
        return result['calls'] / result['seconds']

    @staticmethod
    def _openssl_rate(person, plain):
        started, count = time.monotonic(), 50
        for _ in range(count):
            subprocess.run(['openssl', 'cms', '-sign', '-in', plain, '-signer', person.crt_file, '-inkey', person.key_file],
                           check=True, stdout=subprocess.DEVNULL)
        return count / (time.monotonic() - started)

    def revocation(self):
        bench_revocation.measure(self)

    def activation(self):
        services = os.path.join(self.session.folder, 'services')
        with open(os.path.join(services, 'org.smimed.Bare1.service'), 'w', encoding='utf-8') as service:
            service.write('[D-BUS Service]\nName=org.smimed.Bare1\nExec=%s\n' % os.path.join(self.build, 'bench-bare-daemon'))
        self.client.bus_call('ReloadConfig')
        started = [(self._first_call('org.smimed.Smime1', '/org/smimed/Smime1', 'org.smimed.Smime1.Manager'),
                    self._first_call('org.smimed.Bare1', '/org/smimed/Bare1', 'org.smimed.Bare1')) for _ in range(7 if self.quick else 21)]
        ours, bare = (statistics.median(side) for side in zip(*started))
        # Each of these was another process.
        self.pid = self.session.daemon_pid()
        self.row('first call after activation', round(ours * 1000, 1), round(bare * 1000, 1), round(ours / bare, 2), '<= 2.5', ours / bare <= 2.5,
                 'ms')

    def recipients(self):
        bench_recipients.measure(self)

    def _first_call(self, name, path, interface):
        """Seconds that it takes, with the service's start."""
        self._end(name)
        started = time.monotonic()
        self.client.call(path, 'org.freedesktop.DBus.Properties', 'Get', '(ss)', [interface, 'Version'], destination=name)
        return time.monotonic() - started

    def _end(self, name):
        if not self.client.has_owner(name):
            return
        pid, = self.client.bus_call('GetConnectionUnixProcessID', '(s)', [name])
        os.kill(pid, 9)
        self.client.wait_until(lambda: not self.client.has_owner(name), 20, name + ' to end')

    def table(self):
        lines = ['%-52s %12s %12s %8s  %-18s %s' % ('', 'smimed', 'peer', 'ratio', 'wanted', '')]
        for row in self.rows:
            lines.append('%-52s %12s %12s %8s  %-18s %s %s' % (row['what'], row['smimed'], row['peer'], row['ratio'], row['limit'],
                                                               'yes' if row['met'] else 'NO', '(' + row['unit'] + ')'))
        return '\n'.join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--quick', action='store_true', help='fewer runs and a 60 MB message instead of 250 MB')
    parser.add_argument('--json', default='bench.json')
    # ./dev installs into BUILD/prefix, and meson leaves the peers in BUILD/tests/bench
    beside = os.path.join(os.environ.get('SMIMED_PREFIX', '.'), '..', 'tests', 'bench')
    parser.add_argument('--build', default=os.environ.get('SMIMED_BENCH_BUILD', beside), help='folder of bench-load')
    parser.add_argument('only', nargs='*', help='big_messages, memory, throughput, recipients, revocation, activation')
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix='smimed-bench-', dir=os.environ.get('SMIMED_BENCH_TMP'))
    try:
        with Session(settings=SETTINGS) as session:
            bench = Bench(session, arguments.build, folder, arguments.quick)
            for part in arguments.only or ['big_messages', 'throughput', 'recipients', 'memory', 'revocation', 'activation']:
                getattr(bench, part)()
        print(bench.table())
        with open(arguments.json, 'w', encoding='utf-8') as out:
            json.dump({'time': int(time.time()), 'machine': os.uname().machine, 'cores': os.cpu_count(), 'rows': bench.rows}, out, indent=1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    main()
