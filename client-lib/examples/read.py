#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""read.py MESSAGE FROM RECIPIENT...: who a message is from and whether that is proven; whom one can encrypt to."""
import sys

import gi
gi.require_version('Smimed', '1')
from gi.repository import GLib, Smimed  # noqa: E402


def main(path, sender, *recipients):
    client = Smimed.Client.new_sync(None)
    report = client.open_sync(Smimed.Input.new_for_path(path), None, None)
    print('From %s. %s' % (report.get_sender(), report.get_sentence()))
    for signer in report.dup_signers():
        print(signer.get_sentence())
        for problem in signer.get_problems():
            print('-', problem.get_sentence())
    print(report.get_content().get_size(), 'bytes to show')

    evaluation = client.evaluate_sync(sender, recipients, None, None)
    for verdict in evaluation.get_verdicts():
        print(verdict.get_sentence())
    print('Encrypt' if evaluation.is_ready() else "Don't encrypt")


try:
    main(*sys.argv[1:])
except GLib.Error as error:
    sys.exit(Smimed.Error.describe(error))
