/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* read MESSAGE FROM RECIPIENT...: who a message is from and whether that is proven; whom one can encrypt to. */
#include <smimed.h>

static void
print_sentence (gpointer text, const char *before)
{
  g_print ("%s%s\n", before, (char *) text);
  g_free (text);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmimedClient) client = smimed_client_new_sync (NULL, &error);
  g_autoptr (SmimedInput) message = client != NULL ? smimed_input_new_for_path (argv[1], &error) : NULL;
  g_autoptr (SmimedReport) report = message != NULL ? smimed_client_open_sync (client, message, NULL, NULL, &error) : NULL;
  g_autoptr (SmimedEvaluation) evaluation
      = report != NULL ? smimed_client_evaluate_sync (client, argv[2], (const char **) argv + 3, NULL, NULL, &error) : NULL;
  g_autoptr (GPtrArray) signers = report != NULL ? smimed_report_dup_signers (report) : NULL;

  if (evaluation == NULL)
    return g_printerr ("%s\n", smimed_error_describe (error)), 1;

  g_print ("From %s. %s\n", smimed_report_get_sender (report), smimed_report_get_sentence (report));
  for (guint i = 0; i < signers->len; i++)
    {
      print_sentence (smimed_signer_get_sentence (signers->pdata[i]), "");
      for (guint j = 0; j < smimed_signer_get_problems (signers->pdata[i])->len; j++)
        print_sentence (smimed_problem_get_sentence (smimed_signer_get_problems (signers->pdata[i])->pdata[j]), "- ");
    }
  g_print ("%" G_GUINT64_FORMAT " bytes to show\n", smimed_output_get_size (smimed_report_get_content (report)));
  for (guint i = 0; i < smimed_evaluation_get_verdicts (evaluation)->len; i++)
    print_sentence (smimed_verdict_get_sentence (smimed_evaluation_get_verdicts (evaluation)->pdata[i]), "");
  g_print ("%s\n", smimed_evaluation_is_ready (evaluation) ? "Encrypt" : "Don't encrypt");
  return 0;
}
