#!/usr/bin/gjs -m
// SPDX-License-Identifier: LGPL-2.1-or-later
// read.js MESSAGE FROM RECIPIENT...: who a message is from and whether that is proven; whom one can encrypt to.
import Gio from 'gi://Gio';
import Smimed from 'gi://Smimed?version=1';
import System from 'system';

Gio._promisify(Smimed.Client, 'new', 'new_finish');
Gio._promisify(Smimed.Client.prototype, 'open', 'open_finish');
Gio._promisify(Smimed.Client.prototype, 'evaluate', 'evaluate_finish');

async function main(path, sender, ...recipients) {
    const client = await Smimed.Client.new(null);
    const report = await client.open(Smimed.Input.new_for_path(path), null, null);
    print(`From ${report.get_sender()}. ${report.get_sentence()}`);
    for (const signer of report.dup_signers()) {
        print(signer.get_sentence());
        for (const problem of signer.get_problems())
            print(`- ${problem.get_sentence()}`);
    }
    print(`${report.get_content().get_size()} bytes to show`);

    const evaluation = await client.evaluate(sender, recipients, null, null);
    for (const verdict of evaluation.get_verdicts())
        print(verdict.get_sentence());
    print(evaluation.is_ready() ? 'Encrypt' : "Don't encrypt");
}

try {
    await main(...System.programArgs);
} catch (error) {
    printerr(Smimed.Error.describe(error));
    System.exit(1);
}
