# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program on a terminal (tmux), used as a person would: keys in, screen out. Each wait is for what the program writes."""
import os
import select
import subprocess
import tempfile
import time

from smimed_client import PATIENCE


class Terminal:
    """`command` in a terminal of its own; `screen` is what can be seen now."""

    def __init__(self, command, environment, folder, columns=100, rows=30):
        self.folder = tempfile.mkdtemp(prefix='tmux-', dir=folder)
        self.environment = dict(environment, TERM='xterm-256color', LC_ALL='C.UTF-8', ESCDELAY='0')
        fifo = os.path.join(self.folder, 'output')
        os.mkfifo(fifo)
        self.output = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)  # never at its end, however often the writer comes and goes
        # It waits for the pipe before the program starts, so that nothing that it writes is missed.
        gate = os.path.join(self.folder, 'gate')
        os.mkfifo(gate)
        self._tmux('-f', '/dev/null', 'new-session', '-d', '-x', str(columns), '-y', str(rows), 'read gate < %s; exec %s' % (gate, command))
        self._tmux('set-option', '-g', 'status', 'off')
        self._tmux('set-option', '-g', 'remain-on-exit', 'on')
        self._tmux('set-option', '-s', 'escape-time', '0')
        self._tmux('pipe-pane', '-o', 'cat > ' + fifo)
        with open(gate, 'w', encoding='utf-8') as out:
            out.write('go\n')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._tmux('kill-server', check=False)
        os.close(self.output)

    def _tmux(self, *arguments, check=True):
        done = subprocess.run(['tmux', '-S', os.path.join(self.folder, 'socket'), *arguments], env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False, timeout=30 * PATIENCE)
        if check and done.returncode:
            raise AssertionError('tmux %s: %s' % (' '.join(arguments), done.stderr.decode()))
        return done.stdout.decode()

    @property
    def screen(self):
        return self._tmux('capture-pane', '-p')

    def picture(self):
        """The screen with its colours, as escape sequences."""
        return self._tmux('capture-pane', '-p', '-e')

    def ended(self):
        return self._tmux('list-panes', '-F', '#{pane_dead}').strip() == '1'

    def press(self, *keys):
        """Keys by tmux's names (`Enter`, `C-k`), other words as they are."""
        for key in keys:
            self._tmux('send-keys', key)

    def type(self, text):
        self._tmux('send-keys', '-l', text)

    def wait(self, *texts, seconds=30):
        """Waits until one of the texts is seen. Returns it."""
        return self._wait(lambda screen: next((text for text in texts if text in screen), None), 'see ' + ' or '.join(map(repr, texts)), seconds)

    def wait_or_end(self, *texts, seconds=30):
        """The same, or until the program ends: then None."""
        found = self._wait(lambda screen: next((text for text in texts if text in screen), None) or self.ended(),
                           'see %s or end' % ' or '.join(map(repr, texts)), seconds)
        return None if found is True else found

    def wait_end(self, seconds=30):
        self._wait(lambda _: self.ended(), 'end', seconds)

    def _wait(self, condition, what, seconds):
        deadline = time.monotonic() + seconds * PATIENCE
        while True:
            screen = self.screen
            found = condition(screen)
            if found:
                return found
            if not self._more(min(1.0, deadline - time.monotonic())) and time.monotonic() > deadline:
                raise AssertionError('waited %d seconds to %s; the screen:\n%s' % (seconds, what, screen))

    def _more(self, seconds):
        """Waits for output, at most so long; its end has none, which is why it is looked for now and then."""
        ready, _, _ = select.select([self.output], [], [], max(0, seconds))
        if ready:
            os.read(self.output, 65536)
        return bool(ready)
