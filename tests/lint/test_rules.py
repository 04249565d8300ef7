#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each rule catches a bad example, and lets good code pass. Speaks TAP."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from csource import Source  # noqa: E402
from results import report  # noqa: E402
from rules import RULES  # noqa: E402
import text_rules  # noqa: E402,F401: they add themselves

C = "/* SPDX-License-Identifier: LGPL-2.1-or-later */\n"
H = C + "#pragma once\n"
L = "# SPDX-License-Identifier: LGPL-2.1-or-later\n"
DEEP = C + """static void
f (void)
{
  for (;;)
    while (a)
      if (b)
        {
          c ();
        }
      else if (d)
        switch (e)
          {
          case 1:
            break;
          }
}
"""

# rule -> files that break it, each list one example
BAD = {
    "spdx": [[("daemon/base/smd-a.c", "int f (void);\n")], [("scripts/x.py", "print ()\n")]],
    "layout": [[("daemon/base/smd-a.c", C + "\tx;\n")], [("daemon/base/smd-a.c", C + "x; \n")],
               [("daemon/base/smd-a.c", C + "int f (void);")]],
    "columns": [[("daemon/base/smd-a.h", H + "/* " + "x" * 120 + " */\n")]],
    "pragma_once": [[("daemon/base/smd-a.h", C + "#ifndef A\n#endif\n")]],
    "names": [[("daemon/base/thing.c", C)], [("client-lib/common/smd-a.c", C)]],
    "size": [[("daemon/base/smd-a.c", C + "int f (void);\n" * 500)],
             [("daemon/base/smd-a.c", C + "static void\nf (void)\n{\n" + "  g ();\n" * 60 + "}\n")],
             [("daemon/base/smd-a.c", DEEP)]],
    "no_goto": [[("daemon/base/smd-a.c", C + "int\nf (void)\n{\n  goto out;\nout:\n  return 0;\n}\n")]],
    "include_without_slash": [[("daemon/base/smd-a.c", C + '#include "base/smd-b.h"\n')]],
    "layers": [[("daemon/base/smd-a.c", C + '#include "smd-b.h"\n'), ("daemon/crypto/smd-b.h", H)],
               [("daemon/ops/smd-a.c", C + '#include "smd-b.h"\n'), ("daemon/store/smd-b.h", H)],
               [("daemon/ops/smd-a.c", C + '#include "smd-b.h"\n'), ("daemon/crypto/internal/smd-b.h", H)],
               [("daemon/ops/smd-a.c", C + '#include "smd-dbus-generated.h"\n')],
               [("client-lib/cli/smimectl.c", C + '#include "smd-b.h"\n'), ("daemon/base/smd-b.h", H)]],
    "unique_headers": [[("daemon/ops/smd-a.h", H), ("daemon/store/smd-a.h", H)]],
    "composition_root": [[("daemon/service/smd-a.c", C + '#include "smd-daemon.h"\n')],
                         [("daemon/main.c", C + '#include "smd-a.h"\n')]],
    "known_folder": [[("daemon/more/smd-a.c", C)]],
    "confined": [[("daemon/ops/smd-a.c", C + "#include <openssl/evp.h>\n")],
                 [("daemon/service/smd-a.c", C + "#include <gmime/gmime.h>\n")],
                 [("daemon/ops/smd-a.c", C + "#include <sqlite3.h>\n")],
                 [("daemon/ops/smd-a.c", C + "#include <curl/curl.h>\n")],
                 [(f"daemon/store/smd-{name}.c", C + "#include <libsecret/secret.h>\n") for name in "ab"]],
    "crypto_headers": [[("daemon/crypto/smd-a.h", H + "#include <openssl/x509.h>\n")]],
    "openssl_errors": [[("daemon/crypto/smd-a.c", C + "static void\nf (void)\n{\n  ERR_clear_error ();\n}\n")]],
    "forbidden_words": [[("daemon/ops/smd-a.c", C + "void f (GVariant *v);\n")],
                        [("daemon/store/smd-a.c", C + "void f (GDBusConnection *v);\n")],
                        [("daemon/trust/smd-a.c", C + "static int\nf (void)\n{\n  return time (NULL);\n}\n")],
                        [("daemon/ops/smd-a.c", C + "static void\nf (void)\n{\n  g_mutex_lock (m);\n}\n")],
                        [("daemon/service/smd-a.c", C + "static void\nf (void)\n{\n  g (_(\"x\"));\n}\n")],
                        [("daemon/smd-daemon.c", C + "static void\nf (void)\n{\n  setlocale (LC_ALL, \"\");\n}\n")]],
    "include_cycles": [[("daemon/base/smd-a.h", H + '#include "smd-b.h"\n'), ("daemon/base/smd-b.h", H + '#include "smd-a.h"\n')]],
    "module_cycles": [[("daemon/base/smd-a.c", C + '#include "smd-b.h"\n'), ("daemon/base/smd-a.h", H),
                       ("daemon/base/smd-b.c", C + '#include "smd-c.h"\n'), ("daemon/base/smd-b.h", H),
                       ("daemon/base/smd-c.h", H + '#include "smd-a.h"\n')]],
    "no_global_state": [[("daemon/base/smd-a.c", C + "static int counter;\n")],
                        [("daemon/base/smd-a.c", C + "static const char *name = \"x\";\n")],
                        [("daemon/base/smd-a.c", C + "static struct a table[] = { { 1 } };\n")],
                        [("daemon/base/smd-a.c", C + "int\nf (void)\n{\n  static int n = 0;\n  return n++;\n}\n")]],
    "errors_are_looked_at": [[("daemon/base/smd-a.h", H + "gboolean smd_a_f (int a, GError **error);\n")],
                             [("daemon/base/smd-a.h", H + "int smd_a_f (GError **error, int a) G_GNUC_WARN_UNUSED_RESULT;\n")],
                             [("daemon/base/smd-a.h", H + "void smd_a_f (GError **error);\n")]],
    "ownership": [[("daemon/base/smd-a.c", C + "struct _A\n{\n  char *name;\n};\n")],
                  [("daemon/base/smd-a.h", H + "typedef struct\n{\n  gpointer data;\n} A;\n")]],
    "no_sleeps": [[("tests/unit/test-a.c", C + "static void\nf (void)\n{\n  g_usleep (10);\n}\n")],
                  [("tests/cli/a.py", "# SPDX-License-Identifier: LGPL-2.1-or-later\ntime.sleep(1)\n")]],
    "translatable_files_are_listed": [[("client-lib/a.c", C + "static void\nf (void)\n{\n  g (_ (\"x\"));\n}\n")],
                                      [("data/a.desktop.in", L + "Name=Import\n")],
                                      [("data/a.metainfo.xml", L), ("po/POTFILES.in", L)],
                                      [("po/POTFILES.in", L + "client-lib/gone.c\n")]],
    "sentences_are_translatable": [[("client-lib/cli/a.c", C + "static void\nf (void)\n{\n  g_print (\"It was done at %s\\n\", a);\n}\n")],
                                   [("client-lib/a.c", C + 'static const char *const words[] = { "The message was changed." };\n')],
                                   [("client-lib/a.c", C + "static void\nf (void)\n{\n  g_set_error (e, A, B, \"%s is not there\", a);\n}\n")],
                                   [("daemon/desktop/smd-a.c", C + "static void\nf (void)\n{\n  show (\"Your key has gone\");\n}\n")]],
}

GOOD = [
    ("daemon/base/smd-a.h", H + """#include <glib.h>

typedef enum
{
  SMD_A_ONE = 1 << 0,
} SmdA;

typedef struct _SmdThing SmdThing;

typedef struct
{
  char *name;  /* (owned) (nullable) */
  /* (unowned) */
  const char *word;
  gboolean (*write) (gpointer self, GError **error);
  gsize size;
} SmdRow;

gboolean smd_a_write (SmdA self, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean smd_a_fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
"""),
    ("daemon/base/smd-a.c", C + """#include "smd-a.h"

/* goto GVariant ERR_get_error */
static const char *const words[] = { "goto", "a" };
static const SmdRow rows[] = {
  { .name = NULL },
};
static const struct
{
  const char *word;
  int value;
} pairs[] = {
  { "a", 1 },
};
G_DEFINE_TYPE (SmdThing, smd_thing, G_TYPE_OBJECT)

static gboolean
f (int a)
{
  static gsize once = 0;

  if (a == 1)
    return TRUE;
  else if (a == 2)
    return FALSE;
  else if (a == 3)
    return a > 4 ? TRUE : FALSE;
  else if (a == 4)
    return FALSE;
  else if (a == 5)
    return FALSE;

  for (int i = 0; i < 3; i++)
    while (a--)
      {
        if (a == 7)
          g ((SmdRow) { .size = 1 });
      }
  return g_once_init_enter (&once);
}
"""),
    ("client-lib/cli/words.c", C + '''static const char *const words[] = { N_ ("The message was changed."), "set smime_keys to this" };

static void
f (void)
{
  g_debug ("The service has to be asked: %s", a);
  g_print ("%s: %s\\n", a, g_dngettext (D, "%d day is left", "%d days are left", 3));
  puts (a ? _ ("It was done.") : C_ ("that", "It was not done."));
}
'''),
    ("daemon/desktop/smd-c.c", C + 'static void\nf (GError **error)\n{\n  g_set_error_literal (error, A, B, "The call was lost on its way");\n}\n'),
    ("po/POTFILES.in", L + "client-lib/cli/words.c\n"),
    ("daemon/trust/smd-b.c", C + '#include "smd-a.h"\n\nstatic int\nf (SmdB *b)\n{\n  return b->time + g (b->time);\n}\n'),
]


def caught(files):
    project = [Source(path, text) for path, text in files]
    return {rule.__name__ for rule in RULES for _ in rule(project)}


def main():
    results = [(f"{name} {number}: a bad example is caught", name in caught(files))
               for name, examples in sorted(BAD.items()) for number, files in enumerate(examples, 1)]
    for rule in RULES:
        results.append((f"{rule.__name__} has a bad example and a reason", rule.__name__ in BAD and bool(rule.__doc__)))
    found = caught(GOOD)
    results.append((f"good code passes {' '.join(sorted(found))}", not found))
    report(results)


if __name__ == "__main__":
    main()
