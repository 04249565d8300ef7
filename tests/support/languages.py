# SPDX-License-Identifier: LGPL-2.1-or-later
"""The languages of users: locales that the system needn't have, with catalogues of ours."""
import os
import subprocess


class Languages:
    """Locales compiled into a folder. `catalogues`: where the translations lie."""

    def __init__(self, folder, catalogues):
        self.folder = folder
        self.catalogues = catalogues

    def speaking(self, name):
        """The environment of somebody who speaks the language of this locale."""
        compiled = os.path.join(self.folder, name + '.UTF-8')
        if not os.path.exists(compiled):
            subprocess.run(['localedef', '-i', name, '-f', 'UTF-8', compiled], check=True)
        return {'LOCPATH': self.folder, 'LC_ALL': name + '.UTF-8', 'LANGUAGE': '', 'TEXTDOMAINDIR': self.catalogues}
