# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real notification daemon on a real display, and a program that shows pages. SMIMED_TEST_SCREENSHOTS names a folder for pictures of what was seen."""
import json
import os
import shutil
import subprocess

import tap

NOTIFICATIONS = 'org.freedesktop.Notifications'
DUNSTRC = '[global]\n  font = Sans 11\n  width = 420\n  height = 300\n  origin = top-right\n  idle_threshold = 0\n  notification_limit = 10\n'
# an entry of dunst's history tells no urgency, but its text
DUNSTRC += ''.join('[urgency_%s]\n  format = "%s|%%s|%%b"\n' % (word, word) for word in ('low', 'normal', 'critical'))


def expiring(w):
    return w.client.listen('org.smimed.Smime1.Manager', 'CertificateExpiring', w.client.ROOT)


class Desktop:
    """dunst on a display of Xvfb."""
    def __init__(self, w):
        for program in ('Xvfb', 'dunst', 'dunstctl'):
            if not shutil.which(program):
                raise tap.Skip('%s is not installed' % program)
        self.w, self.dunst = w, None
        reader, writer = os.pipe()
        self.display = w.session.spawn(['Xvfb', '-displayfd', str(writer), '-screen', '0', '800x400x24', '-nolisten', 'tcp'],
                                        pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            self.name = ':' + pipe.readline().strip()

    def start(self):
        config = self.w.file('dunstrc', DUNSTRC.encode())
        environment = dict(self.w.session.environment, DISPLAY=self.name)
        self.dunst = subprocess.Popen(['dunst', '-conf', config], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.w.client.await_name(NOTIFICATIONS)

    def stop(self):
        if self.dunst:
            self.dunst.kill()
            self.dunst.wait(20)
            self.dunst = None
            self.w.client.wait_until(lambda: not self.w.client.has_owner(NOTIFICATIONS), 20, 'the notification daemon to be gone')

    def close(self):
        self.stop()
        self.display.terminate()

    def seen(self):
        """What dunst has shown, as (summary, body, urgency), oldest first: closed now, and so moved into its history."""
        self.w.session.run('dunstctl', 'close-all')
        history = json.loads(self.w.session.run('dunstctl', 'history').stdout)
        return [(one['summary']['data'], one['body']['data'], one['message']['data'].split('|')[0]) for one in reversed(history['data'][0])]

    def titles(self, word):
        return [title for title, _, _ in self.seen() if word in title]

    def displayed(self):
        return int(self.w.session.run('dunstctl', 'count', 'displayed').stdout)

    def await_displayed(self, count):
        self.w.client.wait_until(lambda: self.displayed() == count, 20, '%d notifications on the display' % count)

    def picture(self, name):
        folder = os.environ.get('SMIMED_TEST_SCREENSHOTS')
        if folder and shutil.which('import'):
            subprocess.run(['import', '-display', self.name, '-window', 'root', os.path.join(folder, name + '.png')], check=True)


VIEWER = """[Desktop Entry]
Type=Application
Name=Viewer
Exec=sh -c 'cp "$0" "{0}/shown.new"; echo "$STARTED_BY" >> "{0}/shown.new"; mv "{0}/shown.new" "{0}/shown.html"' %f
MimeType=text/html;
"""


class Viewer:
    """The program with which this desktop shows pages: it lays what it is given into a folder."""

    def __init__(self, w):
        self.folder, self.w = w.session.folder, w
        applications = os.path.join(w.session.environment['XDG_DATA_HOME'], 'applications')
        os.makedirs(applications)
        # A default alone isn't enough for a portal: without an association it asks the user
        listed = ''.join('[%s]\ntext/html=viewer.desktop\n' % kind for kind in ('Default Applications', 'Added Associations'))
        for path, text in ((applications + '/viewer.desktop', VIEWER.format(self.folder)),
                           (w.session.environment['XDG_CONFIG_HOME'] + '/mimeapps.list', listed)):
            with open(path, 'w', encoding='utf-8') as out:
                out.write(text)

    def shown(self):
        path = os.path.join(self.folder, 'shown.html')
        self.w.client.wait_until(lambda: os.path.exists(path), 30, 'the page to be shown')
        with open(path, encoding='utf-8') as page:
            return page.read()
