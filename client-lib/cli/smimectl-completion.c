/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "smimectl-completion.h"

#include <string.h>

#include "smimectl-options.h"

/* For single quotes of a shell */
static char *
quoted (const char *text, const char *instead)
{
  g_auto (GStrv) parts = g_strsplit (text, "'", -1);

  return g_strjoinv (instead, parts);
}

/* What completes the argument at @place (from 0), *@repeats whether also those behind it */
static char *
kind_at (const SmimectlEntry *entry, guint place, gboolean *repeats)
{
  g_auto (GStrv) kinds = entry->kinds != NULL ? g_strsplit (entry->kinds, " ", -1) : NULL;
  char *kind;

  *repeats = FALSE;
  if (kinds == NULL || g_strv_length (kinds) <= place)
    return NULL;

  kind = g_strdup (kinds[place]);
  *repeats = g_str_has_suffix (kind, "*");
  if (*repeats)
    kind[strlen (kind) - 1] = '\0';
  return kind;
}

/* The options of @entry that take a value, as patterns of bash's `case`, or all options as words */
static char *
option_words (const SmimectlEntry *entry, const char *separator, gboolean with_value_only)
{
  g_autofree const SmimectlOption **options = smimectl_options_of (entry);
  g_autoptr (GString) words = g_string_new ("");

  for (guint i = 0; options[i] != NULL; i++)
    {
      if (with_value_only && options[i]->value == NULL)
        continue;
      g_string_append_printf (words, "%s--%s", words->len > 0 ? separator : "", options[i]->name);
      if (options[i]->letter != 0)
        g_string_append_printf (words, "%s-%c", separator, options[i]->letter);
    }

  return g_string_free (g_steal_pointer (&words), FALSE);
}

static const char bash_head[]
    = "# bash completion for smimectl(1); made by: smimectl _completion bash\n\n"
      "_smimectl_kind ()\n{\n"
      "  case $1 in\n"
      "    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
      "    text | '') ;;\n"
      "    *'|'*) mapfile -t COMPREPLY < <(compgen -W \"${1//|/ }\" -- \"$cur\") ;;\n"
      "    *) mapfile -t COMPREPLY < <(compgen -W \"$(\"${words[0]}\" _candidates \"$1\" 2>/dev/null | cut -f1)\" -- \"$cur\") ;;\n"
      "  esac\n}\n\n"
      "_smimectl ()\n{\n"
      "  local cur prev word kind options valued place=0 skip=\n"
      "  local -a words=() kinds=()\n"
      "  COMPREPLY=()\n"
      "  # bash takes addresses apart\n"
      "  for word in \"${COMP_WORDS[@]:0:COMP_CWORD+1}\"; do\n"
      "    if [[ ${#words[@]} -gt 0 && ( $word == @* || ${words[-1]} == *@ ) ]]; then words[-1]+=$word; else words+=(\"$word\"); fi\n"
      "  done\n"
      "  cur=${words[-1]} prev=${words[-2]}\n";
static const char bash_tail[]
    = "  for word in \"${words[@]:2:${#words[@]}-3}\"; do\n"
      "    if [ -n \"$skip\" ]; then skip=\n"
      "    elif [[ \" $valued \" == *\" $word \"* ]]; then skip=1\n"
      "    elif [[ $word != -?* ]]; then place=$((place + 1)); fi\n"
      "  done\n"
      "  if [ -z \"$kind\" ]; then\n"
      "    if [[ $cur == -* ]]; then mapfile -t COMPREPLY < <(compgen -W \"$options --help\" -- \"$cur\"); return; fi\n"
      "    [ $place -lt ${#kinds[@]} ] || place=$((${#kinds[@]} - 1))\n"
      "    [ $place -lt 0 ] || kind=${kinds[place]}\n"
      "  fi\n"
      "  _smimectl_kind \"$kind\"\n"
      "  if [[ $cur == *@* && $COMP_WORDBREAKS == *@* ]]; then COMPREPLY=(\"${COMPREPLY[@]#\"${cur%@*}\"}\"); fi\n"
      "}\n\ncomplete -F _smimectl smimectl\n";

static void
print_bash_entry (const SmimectlEntry *entry)
{
  g_autofree const SmimectlOption **options = smimectl_options_of (entry);
  g_autofree char *all = option_words (entry, " ", FALSE);
  g_autofree char *valued = option_words (entry, " ", TRUE);
  gboolean repeats = FALSE;

  g_print ("    %s)\n      options='%s'\n      valued='%s'\n      kinds=(", entry->name, all, valued);
  for (guint i = 0;; i++)
    {
      g_autofree char *kind = kind_at (entry, i, &repeats);

      if (kind == NULL)
        break;
      g_print ("'%s' ", kind);
    }
  /* behind the last place there is nothing, unless it repeats */
  g_print ("%s)\n      case $prev in\n", entry->kinds != NULL && g_str_has_suffix (entry->kinds, "*") ? "" : "text");
  for (guint i = 0; options[i] != NULL; i++)
    if (options[i]->value != NULL && options[i]->letter != 0)
      g_print ("        --%s | -%c) kind='%s' ;;\n", options[i]->name, options[i]->letter, options[i]->kind);
    else if (options[i]->value != NULL)
      g_print ("        --%s) kind='%s' ;;\n", options[i]->name, options[i]->kind);
  g_print ("      esac\n      ;;\n");
}

static void
print_bash (void)
{
  g_print ("%s  if [ ${#words[@]} = 2 ]; then\n    mapfile -t COMPREPLY < <(compgen -W '", bash_head);
  for (const SmimectlEntry *entry = smimectl_entries; entry->name != NULL; entry++)
    g_print ("%s ", entry->name);
  g_print ("--help --version' -- \"$cur\")\n    return\n  fi\n  case ${words[1]} in\n");
  for (const SmimectlEntry *entry = smimectl_entries; entry->name != NULL; entry++)
    print_bash_entry (entry);
  g_print ("  esac\n%s", bash_tail);
}

/* zsh's _arguments (a blank before a function: it is called as it stands): what stands in brackets and behind colons is quoted with backslashes. */
static char *
zsh_text (const char *text)
{
  g_autofree char *plain = quoted (text, "'\\''");
  GString *out = g_string_new (NULL);

  for (const char *p = plain; *p != '\0'; p++)
    {
      if (strchr ("[]:", *p) != NULL)
        g_string_append_c (out, '\\');
      g_string_append_c (out, *p);
    }

  return g_string_free (out, FALSE);
}

static char *
zsh_action (const char *kind)
{
  g_autofree char *words = g_strdelimit (g_strdup (kind), "|", ' ');

  if (g_str_equal (kind, "file"))
    return g_strdup ("_files");
  if (g_str_equal (kind, "text"))
    return g_strdup (" ");
  return strchr (kind, '|') != NULL ? g_strdup_printf ("(%s)", words) : g_strdup_printf (" _smimectl_candidates %s", kind);
}

static void
print_zsh_option (const SmimectlOption *option)
{
  g_autofree char *summary = zsh_text (option->summary);
  g_autofree char *value = option->value != NULL ? zsh_text (option->value) : NULL;
  g_autofree char *action = option->value != NULL ? zsh_action (option->kind) : NULL;
  g_autofree char *rest = value != NULL ? g_strdup_printf (":%s:%s", value, action) : g_strdup ("");
  const char *repeat = option->arg == G_OPTION_ARG_STRING_ARRAY ? "*" : "";

  g_print (" \\\n        '%s--%s[%s]%s'", repeat, option->name, summary, rest);
  if (option->letter != 0)
    g_print (" '%s-%c[%s]%s'", repeat, option->letter, summary, rest);
}

static void
print_zsh_entry (const SmimectlEntry *entry)
{
  g_autofree const SmimectlOption **options = smimectl_options_of (entry);

  g_print ("    %s)\n      _arguments -S '--help[Show help]'", entry->name);
  for (guint i = 0; options[i] != NULL; i++)
    print_zsh_option (options[i]);
  for (guint i = 0;; i++)
    {
      gboolean repeats;
      g_autofree char *kind = kind_at (entry, i, &repeats);
      g_autofree char *action = kind != NULL ? zsh_action (kind) : NULL;

      if (kind == NULL)
        break;
      if (repeats)
        g_print (" \\\n        '*:argument:%s'", action);
      else
        g_print (" \\\n        '%u:argument:%s'", i + 1, action);
    }
  g_print ("\n      ;;\n");
}

static void
print_zsh (void)
{
  g_print ("#compdef smimectl\n# zsh completion for smimectl(1); made by: smimectl _completion zsh\n\n"
           "_smimectl_candidates ()\n{\n  local -a found values\n"
           "  found=(\"${(@f)$(smimectl _candidates $1 2>/dev/null)}\")\n"
           "  values=(\"${(@)found%%%%$'\\t'*}\")\n"
           "  compadd -l -d found -a values\n}\n\n"
           "_smimectl ()\n{\n  local -a commands\n  commands=(\n");
  for (const SmimectlEntry *entry = smimectl_entries; entry->name != NULL; entry++)
    {
      g_autofree char *summary = zsh_text (entry->summary);

      g_print ("    '%s:%s'\n", entry->name, summary);
    }
  g_print ("  )\n  if (( CURRENT == 2 )); then\n    _describe -t commands command commands\n    return\n  fi\n"
           "  shift words\n  (( CURRENT-- ))\n  case $words[1] in\n");
  for (const SmimectlEntry *entry = smimectl_entries; entry->name != NULL; entry++)
    print_zsh_entry (entry);
  g_print ("  esac\n}\n\n_smimectl \"$@\"\n");
}

static const char fish_head[]
    = "# fish completion for smimectl(1); made by: smimectl _completion fish\n\n"
      "# Whether the command is $argv[1], and $argv[2] to $argv[3] arguments (not options) stand behind it already\n"
      "function __smimectl_at\n"
      "  set -l words (commandline -opc)\n"
      "  test (count $words) -gt 1; and test \"$words[2]\" = $argv[1]; or return 1\n"
      "  set -l place 0\n  set -l skip no\n"
      "  for word in $words[3..-1]\n"
      "    if test $skip = yes\n      set skip no\n"
      "    else if contains -- $word $argv[4..-1]\n      set skip yes\n"
      "    else if not string match -q -- '-*' $word\n      set place (math $place + 1)\n    end\n"
      "  end\n"
      "  test $place -ge $argv[2]; and test $place -le $argv[3]\n"
      "end\n\n"
      "complete -c smimectl -f\n";

/* The value of complete's -a, or -F for files */
static char *
fish_action (const char *kind)
{
  g_autofree char *words = g_strdelimit (g_strdup (kind), "|", ' ');

  if (g_str_equal (kind, "file"))
    return g_strdup ("-F");
  if (g_str_equal (kind, "text"))
    return g_strdup ("");
  return strchr (kind, '|') != NULL ? g_strdup_printf ("-a '%s'", words) : g_strdup_printf ("-a '(smimectl _candidates %s 2>/dev/null)'", kind);
}

static void
print_fish_option (const SmimectlEntry *entry, const SmimectlOption *option)
{
  g_autofree char *summary = quoted (option->summary, "\\'");
  g_autofree char *action = option->value != NULL ? fish_action (option->kind) : g_strdup ("");

  g_print ("complete -c smimectl -n '__fish_seen_subcommand_from %s' -l %s", entry->name, option->name);
  if (option->letter != 0)
    g_print (" -s %c", option->letter);
  g_print ("%s %s -d '%s'\n", option->value != NULL ? " -r" : "", action, summary);
}

static void
print_fish_entry (const SmimectlEntry *entry)
{
  g_autofree const SmimectlOption **options = smimectl_options_of (entry);
  g_autofree char *valued = option_words (entry, " ", TRUE);
  g_autofree char *summary = quoted (entry->summary, "\\'");

  g_print ("complete -c smimectl -n __fish_use_subcommand -a %s -d '%s'\n", entry->name, summary);
  for (guint i = 0; options[i] != NULL; i++)
    print_fish_option (entry, options[i]);
  for (guint i = 0;; i++)
    {
      gboolean repeats;
      g_autofree char *kind = kind_at (entry, i, &repeats);
      g_autofree char *action = kind != NULL ? fish_action (kind) : NULL;

      if (kind == NULL)
        break;
      if (*action != '\0')
        g_print ("complete -c smimectl -n '__smimectl_at %s %u %u %s' %s\n", entry->name, i, repeats ? 999u : i, valued, action);
    }
}

static void
print_fish (void)
{
  g_print ("%s", fish_head);
  for (const SmimectlEntry *entry = smimectl_entries; entry->name != NULL; entry++)
    print_fish_entry (entry);
}

gboolean
smimectl_completion_print (const char *shell)
{
  if (g_str_equal (shell, "bash"))
    print_bash ();
  else if (g_str_equal (shell, "zsh"))
    print_zsh ();
  else if (g_str_equal (shell, "fish"))
    print_fish ();
  else
    return FALSE;
  return TRUE;
}
