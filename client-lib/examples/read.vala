// SPDX-License-Identifier: LGPL-2.1-or-later
// read MESSAGE FROM RECIPIENT...: who a message is from and whether that is proven; whom one can encrypt to.
async void run (string path, string sender, string[] recipients) throws Error {
    var client = yield new Smimed.Client (null);
    var report = yield client.open (new Smimed.Input.for_path (path), null, null);
    print ("From %s. %s\n", report.get_sender (), report.get_sentence ());
    foreach (var signer in report.dup_signers ()) {
        print ("%s\n", signer.get_sentence ());
        foreach (var problem in signer.get_problems ())
            print ("- %s\n", problem.get_sentence ());
    }
    print ("%s bytes to show\n", report.get_content ().get_size ().to_string ());

    var evaluation = yield client.evaluate (sender, recipients, null, null);
    foreach (var verdict in evaluation.get_verdicts ())
        print ("%s\n", verdict.get_sentence ());
    print ("%s\n", evaluation.is_ready () ? "Encrypt" : "Don't encrypt");
}

int main (string[] args) {
    var loop = new MainLoop ();
    var status = 0;
    run.begin (args[1], args[2], args[3:args.length], (source, result) => {
        try {
            run.end (result);
        } catch (Error error) {
            printerr ("%s\n", Smimed.Error.describe (error));
            status = 1;
        }
        loop.quit ();
    });
    loop.run ();
    return status;
}
