#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is told about smimectl: --help, manual pages and completion, all made from its table of commands."""
import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import tap  # noqa: E402
from tap import test  # noqa: E402

SMIMECTL = os.environ['SMIMECTL']
PAGES = {os.path.basename(path): path for path in os.environ['SMIMED_MAN_PAGES'].split(os.pathsep)}
ENVIRONMENT = dict(os.environ, LC_ALL='C.UTF-8', LANGUAGE='', DBUS_SESSION_BUS_ADDRESS='unix:path=/nonexistent')


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, env=ENVIRONMENT, check=False, **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise tap.Skip('%s is not installed' % program)


def manual(page):
    """The page as people read it."""
    need('man')
    code, text, said = run_man(PAGES[page])
    tap.equal((code, said), (0, ''), 'man ' + page)
    return text


def run_man(path):
    done = subprocess.run(['man', '-l', path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False,
                          env=dict(ENVIRONMENT, MANWIDTH='1000', MANPAGER='cat', GROFF_NO_SGR='1'))
    return done.returncode, re.sub('.\b', '', done.stdout.decode()), done.stderr.decode()


def table():
    return json.loads(run(SMIMECTL, '_table')[1])


def completion(shell):
    code, script, _ = run(SMIMECTL, '_completion', shell)
    tap.equal(code, 0, 'the script for ' + shell)
    return script


@test('Every command of the contract with its users is there')
def _(_w):
    wanted = ('status enable disable account import export request certificates trust recipients sign encrypt open verify inspect revocation '
              'monitor policy delete').split()
    tap.equal(sorted(set(wanted) - {entry['name'] for entry in table()}), [], 'missing')


@test('Every command tells its options with --help')
def _(_w):
    for entry in table():
        code, text, said = run(SMIMECTL, entry['name'], '--help')
        tap.equal((code, said), (0, ''), entry['name'] + ' --help')
        tap.contains(text, entry['summary'], entry['name'])
        for option in entry['options']:
            tap.contains(text, '--' + option['name'], entry['name'] + ' --help')


@test('smimectl --help lists every command')
def _(_w):
    _, text, _ = run(SMIMECTL, '--help')
    for entry in table():
        tap.true(re.search(r'^  %s +\S' % entry['name'], text, re.M), entry['name'])


@test('smimectl(1) has a section for every command, with every option and the shape of its JSON')
def _(_w):
    text = manual('smimectl.1')
    for entry in table():
        section = re.search(r'^   %s( [^\n]*)?\n(.*?)(?=^   ?\S|^\S)' % entry['name'], text, re.M | re.S)
        tap.true(section, 'no section for ' + entry['name'])
        tap.contains(section.group(2), 'With --json:', entry['name'])
        for option in entry['options']:
            tap.contains(text, '--' + option['name'], entry['name'])


@test('smimectl(1) tells every exit code')
def _(_w):
    text = manual('smimectl.1')
    status = text[text.index('\nEXIT STATUS'):text.index('\nENVIRONMENT')]
    tap.equal(re.findall(r'^ {7}(\d+)\b', status, re.M), ['0', '1', '2', '3', '4', '130'], 'exit codes')


@test('org.smimed.Smime1(5) describes every interface, method, signal and property of the XML')
def _(_w):
    text = manual('org.smimed.Smime1.5')
    for path in os.environ['SMIMED_XML'].split(os.pathsep):
        with open(path, encoding='utf-8') as file:
            xml = file.read()
        for kind, name in re.findall(r'<(interface|method|signal|property) name="([\w.]+)"', xml):
            found = re.search(r'^ *%s %s\b.*\n+ {7}\S' % (kind.upper() if kind == 'interface' else kind.capitalize(), re.escape(name)), text, re.M)
            tap.true(found, '%s %s is missing or is not described' % (kind, name))


@test('smimed-policy(5) describes every setting')
def _(_w):
    text = manual('smimed-policy.5')
    with open(os.environ['SMIMED_SCHEMA'], encoding='utf-8') as file:
        for key in re.findall(r'<key name="([\w-]+)"', file.read()):
            tap.true(re.search(r'^ +%s \(.*default: .*\)\n +\S' % key, text, re.M), key)


@test('The manual pages are clean for man and for mandoc')
def _(_w):
    need('man', 'mandoc')
    for name, path in PAGES.items():
        done = subprocess.run(['man', '--warnings', '-E', 'UTF-8', '-l', path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60,
                              env=dict(ENVIRONMENT, MANWIDTH='80', MANROFFSEQ=''), check=False)
        tap.equal((done.returncode, done.stderr.decode()), (0, ''), 'man --warnings ' + name)
        tap.equal(run('mandoc', '-Tlint', path)[1], '', 'mandoc -Tlint ' + name)


@test('Completion for each shell knows every command and every option, and is valid in that shell')
def _(_w):
    for shell in ('bash', 'zsh', 'fish'):
        script = completion(shell)
        for entry in table():
            tap.true(re.search(r'\b%s\b' % entry['name'], script), '%s: %s' % (shell, entry['name']))
            for option in entry['options']:
                found = ('-l %s ' if shell == 'fish' else '--%s') % option['name']
                tap.contains(script, found, shell)
        need(shell)
        tap.equal(run(shell, '-n', input=script.encode())[::2], (0, ''), shell + ' -n')


if __name__ == '__main__':
    import contextlib
    tap.main(contextlib.nullcontext)
