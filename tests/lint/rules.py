# SPDX-License-Identifier: LGPL-2.1-or-later
"""The house rules. A rule is a generator of (source, line, text); its docstring says why it is there."""

import re

MAX_COLUMNS, MAX_FILE, MAX_FUNCTION, MAX_NESTING = 120, 500, 60, 3

# Which folders' headers a folder may include, beside its own (docs/architecture.md). "" is daemon/ itself.
LAYERS = {
    "client-lib/common": [],
    "daemon/base": ["client-lib/common"],
    "daemon/crypto": ["daemon/crypto/internal", "daemon/base", "client-lib/common"],
    "daemon/crypto/internal": ["daemon/crypto", "daemon/base", "client-lib/common"],
    "daemon/mime": ["daemon/base", "client-lib/common"],
    "daemon/trust": ["daemon/crypto", "daemon/base", "client-lib/common"],
    "daemon/ports": ["daemon/trust", "daemon/crypto", "daemon/base", "client-lib/common"],
    "daemon/ops": ["daemon/ports", "daemon/mime", "daemon/trust", "daemon/crypto", "daemon/base", "client-lib/common"],
    "daemon/store": ["daemon/ports", "daemon/trust", "daemon/crypto", "daemon/base", "client-lib/common"],
    "daemon/net": ["daemon/ports", "daemon/trust", "daemon/crypto", "daemon/base", "client-lib/common"],
    "daemon/desktop": ["daemon/ports", "daemon/trust", "daemon/crypto", "daemon/base", "client-lib/common"],
    "daemon/service": ["daemon/ops", "daemon/ports", "daemon/trust", "daemon/crypto", "daemon/base", "client-lib/common"],
    "client-lib": ["client-lib/common"],
    "client-lib/cli": ["client-lib", "client-lib/common"],
}
GENERATED = {"smd-dbus-generated.h": "daemon/service"}

# A system header, who may include it, and in how many files at most.
CONFINED = [
    (r"openssl/", ["daemon/crypto", "daemon/crypto/internal"], None),
    (r"gmime/", ["daemon/mime"], None),
    (r"libsecret/", ["daemon/store"], 1),
    (r"sqlite3\.h", ["daemon/store"], None),
    (r"curl/", ["daemon/net"], 1),
    (r"l(dap|ber)\.h", ["daemon/net"], 1),
    (r"zlib\.h", ["daemon/crypto", "daemon/crypto/internal"], None),
    (r"gcr(-\d)?/", ["daemon/desktop"], 1),
]

BELOW_SERVICE = [f"daemon/{name}" for name in "base crypto crypto/internal mime trust ports ops store net desktop".split()]
# What the desktop offers on the bus alone, without a library that tells whether it has worked; and the keyring's signals, for which libsecret would make
# an object of each item.
BUS_CLIENTS = ["daemon/desktop/smd-desktop-notifier.c", "daemon/desktop/smd-desktop-notifier.h",
               "daemon/desktop/smd-bus-name.c", "daemon/desktop/smd-bus-name.h",
               "daemon/desktop/smd-notice-application.c", "daemon/desktop/smd-notice-application.h",
               "daemon/desktop/smd-notice-delivery.c", "daemon/desktop/smd-notice-door.c", "daemon/desktop/smd-notice-door.h",
               "daemon/desktop/smd-notice-explain.c", "daemon/desktop/smd-notice-explain.h",
               "daemon/desktop/smd-notice-server.c", "daemon/desktop/smd-notice-server.h",
               "daemon/desktop/smd-permission-store.c", "daemon/desktop/smd-page-viewer.c", "daemon/desktop/smd-page-viewer.h",
               "daemon/store/smd-keyring-news.c", "daemon/store/smd-session-bus.c"]
# An identifier, and the folders that may not speak it.
FORBIDDEN_WORDS = [
    (r"GDBus\w*|g_dbus_\w+|G_DBUS_\w+", BELOW_SERVICE, "D-Bus is spoken in service/ alone"),
    (r"GVariant\w*|g_variant_\w+|G_VARIANT_\w+", BELOW_SERVICE, "GVariant is made and read in service/ alone"),
    (r"g_(file|input_stream|output_stream|socket|settings)_\w+|fopen|fread|open|openat",
     ["daemon/trust", "daemon/crypto", "daemon/crypto/internal"], "no input and output here"),
    (r"time|g_get_real_time|g_date_time_new_now\w*|g_get_monotonic_time|clock_gettime|gettimeofday",
     ["daemon/trust", "daemon/crypto", "daemon/crypto/internal", "daemon/mime", "daemon/ops"],
     "time is a parameter, or SmdClock's"),
    (r"g_thread_\w+|GThread\w*|g_mutex_\w+|GMutex|g_rw_lock_\w+|GRWLock|g_cond_\w+|pthread_\w+",
     ["daemon/ops", "daemon/trust", "daemon/mime"], "no threads and no locks here: it runs in one worker"),
    (r"g_task_run_in_thread\w*", BELOW_SERVICE + ["daemon", "daemon/service"],
     "it livelocks on dependent chains: use the service's own pool"),
    (r"g_settings_\w+|GSettings", ["daemon/ops", "daemon/mime", "daemon/base"], "policy is a parameter"),
    (r"gettext|dgettext|ngettext|g_dgettext|g_dngettext|_|N_|C_", BELOW_SERVICE[:-1] + ["daemon/service", "daemon"],
     "no translated text on the bus"),
    (r"LC_(ALL|MESSAGES|TIME|NUMERIC)", BELOW_SERVICE + ["daemon/service", "daemon"],
     "the daemon speaks no language, so that the bus has none: SmdLanguage does, for one thread"),
]

POINTER_TYPES = ("gpointer", "gconstpointer")
RULES = []


def rule(function):
    RULES.append(function)
    return function


def c_files(project):
    return [source for source in project if source.is_c]


def product(project):
    return [source for source in c_files(project) if not source.is_test]


@rule
def spdx(project):
    """Every file tells its licence, for those who take one file out."""
    for source in project:
        if source.is_c and source.lines[:1] != ["/* SPDX-License-Identifier: LGPL-2.1-or-later */"]:
            yield source, 1, "the first line is /* SPDX-License-Identifier: LGPL-2.1-or-later */"
        # Software centres take in what says FSFAP or the like alone.
        licence = "FSFAP" if source.path.endswith(".metainfo.xml") else "LGPL-2.1-or-later"
        if not source.is_c and not any("SPDX-License-Identifier: " + licence in line for line in source.lines[:3]):
            yield source, 1, f"no SPDX-License-Identifier: {licence} in the first lines"


@rule
def layout(project):
    """Lines that fit beside each other, and diffs without noise."""
    for source in project:
        for number, line in enumerate(source.lines, 1):
            if "\t" in line:
                yield source, number, "a tab"
            if line != line.rstrip():
                yield source, number, "white space at the end"
        if source.text and not source.text.endswith("\n"):
            yield source, len(source.lines), "no newline at the end"


@rule
def columns(project):
    """Two files fit beside each other."""
    for source in c_files(project):
        for number, line in enumerate(source.lines, 1):
            if len(line) > MAX_COLUMNS:
                yield source, number, f"{len(line)} columns, more than {MAX_COLUMNS}"


@rule
def pragma_once(project):
    """One way to guard headers."""
    for source in c_files(project):
        if source.is_header and "#pragma once" not in source.lines[:4]:
            yield source, 1, "#pragma once is missing under the licence line"


@rule
def names(project):
    """File = type = prefix: who knows a name knows its file."""
    for source in product(project):
        if source.folder.startswith("daemon") and not source.stem.startswith("smd-") and source.path != "daemon/main.c":
            yield source, 1, "files of the daemon are named smd-NOUN"
        if source.folder == "client-lib/common" and not source.stem.startswith("smimed-"):
            yield source, 1, "files of the common library are named smimed-NOUN"


@rule
def size(project):
    """What can't be seen at once isn't understood at once."""
    for source in product(project):
        if len(source.lines) > MAX_FILE:
            yield source, MAX_FILE, f"{len(source.lines)} lines, more than {MAX_FILE}"
        for function in source.functions:
            if function.length > MAX_FUNCTION:
                yield source, function.line, f"{function.name} has {function.length} lines, more than {MAX_FUNCTION}"
            if function.nesting > MAX_NESTING:
                yield source, function.line, f"{function.name} nests {function.nesting} deep, more than {MAX_NESTING}"


@rule
def no_goto(project):
    """g_autoptr cleans up; a jump hides which path owns what."""
    for source in c_files(project):
        for line, word in source.words():
            if word == "goto":
                yield source, line, "goto"


@rule
def include_without_slash(project):
    """Each folder's include directories are its row of the layer table; a path would reach around it."""
    for source in c_files(project):
        for line, quote, name in source.includes:
            if quote == '"' and "/" in name:
                yield source, line, f'"{name}": a quoted include names no folder'


@rule
def layers(project):
    """Arrows point down only."""
    home = {source.name: source.folder for source in project if source.is_header}
    for source in product(project):
        if source.folder not in LAYERS:
            continue
        for line, quote, name in source.includes:
            folder = GENERATED.get(name, home.get(name))
            if quote == '"' and folder and folder != source.folder and folder not in LAYERS[source.folder]:
                yield source, line, f"{source.folder} may not include {folder}/{name}"


@rule
def unique_headers(project):
    """Quoted includes name no folder: which of two headers is found would depend on the order of folders."""
    seen = {}
    for source in product(project):
        if source.is_header:
            first = seen.setdefault(source.name, source)
            if first is not source:
                yield source, 1, f"{first.path} has the same name"


@rule
def composition_root(project):
    """One file sees both sides; nobody includes it but main.c, which does nothing else."""
    for source in product(project):
        for line, quote, name in source.includes:
            if name == "smd-daemon.h" and source.path not in ("daemon/main.c", "daemon/smd-daemon.c"):
                yield source, line, "smd-daemon.h is included by main.c alone"
            if source.path == "daemon/main.c" and quote == '"' and name != "smd-daemon.h":
                yield source, line, "main.c includes smd-daemon.h alone"


@rule
def known_folder(project):
    """A new folder comes with its row in the layer table."""
    for source in product(project):
        if source.folder.startswith("daemon") and source.folder not in LAYERS and source.folder != "daemon":
            yield source, 1, f"{source.folder} has no row in the layer table (tests/lint/rules.py, docs/architecture.md)"


@rule
def confined(project):
    """A library is replaced where it is confined."""
    for pattern, folders, limit in CONFINED:
        users = []
        for source in product(project):
            hits = [line for line, _, name in source.includes if re.match(pattern, name)]
            users += [(source, line) for line in hits[:1]]
            if hits and source.folder not in folders:
                yield source, hits[0], f"<{pattern}> is included in {folders[0]} alone"
        for source, line in users[limit:] if limit else []:
            yield source, line, f"<{pattern}> is included in {limit} file alone, and that is {users[0][0].path}"


@rule
def crypto_headers(project):
    """Public headers of crypto/ are free of OpenSSL."""
    for source in product(project):
        for line, _, name in source.includes:
            if source.folder == "daemon/crypto" and source.is_header and name.startswith("openssl/"):
                yield source, line, "OpenSSL in a public header: move it to daemon/crypto/internal"


@rule
def openssl_errors(project):
    """OpenSSL's error queue is read, and emptied, in one place."""
    for source in product(project):
        for line, word in source.words():
            if re.fullmatch(r"ERR_(get|peek|clear|print|error|reason|lib|load|set|pop|raise|new|put)\w*", word) and \
                    source.path != "daemon/crypto/smd-openssl-error.c":
                yield source, line, f"{word}: ERR_ is for daemon/crypto/smd-openssl-error.c"


@rule
def forbidden_words(project):
    """What a layer may not do."""
    for source in product(project):
        for pattern, folders, why in FORBIDDEN_WORDS:
            if source.folder not in folders or source.path in BUS_CLIENTS and folders is BELOW_SERVICE:
                continue
            for line in calls_of(source, pattern):
                yield source, line, why


def calls_of(source, pattern):
    """Lines where an identifier of PATTERN is used; a plain lower-case word only where it is called."""
    tokens = source.tokens
    for index, token in enumerate(tokens):
        if token.kind != "word" or not re.fullmatch(pattern, token.text):
            continue
        plain = re.fullmatch(r"[a-z]+|_|N_|C_", token.text)
        called = index + 1 < len(tokens) and tokens[index + 1].text == "("
        member = index > 0 and tokens[index - 1].text in (".", ">")
        if not plain or (called and not member):
            yield token.line


@rule
def include_cycles(project):
    """Headers have an order."""
    yield from circles([source for source in product(project) if source.is_header], 1)


@rule
def module_cycles(project):
    """No more than two modules (a module: its .c and .h) are one knot that can only be changed together."""
    yield from circles(product(project), 2)


def circles(files, limit):
    home = {source.stem: source for source in files}
    graph = {stem: set() for stem in home}
    for source in files:
        used = {name[:-2] for _, quote, name in source.includes if quote == '"'}
        graph[source.stem] |= used & home.keys() - {source.stem}
    for knot in knots(graph):
        if len(knot) > limit:
            yield home[knot[0]], 1, "these include each other in a circle: " + ", ".join(knot)


def knots(graph):
    """The strongly connected components: each node with those that it reaches and that reach it."""
    reached = {node: reach(graph, node) for node in graph}
    seen = set()
    for node in sorted(graph):
        if node not in seen:
            knot = sorted(other for other in reached[node] if node in reached[other])
            seen.update(knot)
            yield knot


def reach(graph, start):
    found, todo = {start}, [start]
    while todo:
        new = graph[todo.pop()] - found
        found |= new
        todo += new
    return found


def is_mutable(tokens):
    """Whether a declaration with storage can be written to: `const char *x` can, `const char *const x` can't."""
    words = without_bodies([token.text for token in tokens])
    stop = next((i for i, word in enumerate(words) if word in ("=", ";", "[")), len(words))
    head = words[:stop]
    if "*" in head:
        return "const" not in head[len(head) - head[::-1].index("*"):]
    return "const" not in head


@rule
def no_global_state(project):
    """State belongs to an object that has an owner; threads share what they were given."""
    for source in product(project):
        for declaration in source.declarations:
            if is_variable(declaration) and is_mutable(declaration):
                yield source, declaration[0].line, "a variable at file scope that can change"
        for function in source.functions:
            yield from static_locals(source, function)


def without_bodies(words):
    """The words of a declaration without what stands in braces."""
    kept, depth = [], 0
    for word in words:
        depth += word == "{"
        if depth == 0:
            kept.append(word)
        depth -= word == "}"
    return kept


def is_variable(declaration):
    words = without_bodies([token.text for token in declaration])
    if words[0] in ("typedef", "extern", "G_BEGIN_DECLS", "G_END_DECLS") or words[-1] != ";":
        return False
    before = words[:words.index("=")] if "=" in words else words[:-1]
    if words[0] in ("struct", "union", "enum"):  # with a name behind the tag it is a variable
        return len(before) > 2
    return "(" not in before and len(before) >= 2


def static_locals(source, function):
    tokens = function.tokens
    for index, token in enumerate(tokens):
        if token.text != "static":
            continue
        end = next(i for i in range(index, len(tokens)) if tokens[i].text in (";", "="))
        declaration = tokens[index:end + 1]
        # gsize for g_once_init_enter(); GLib takes GSourceFuncs as if it wrote to them
        if tokens[index + 1].text not in ("gsize", "GSourceFuncs") and is_mutable(declaration):
            yield source, token.line, "a static variable that can change (static gsize for g_once_init_enter is fine)"


@rule
def errors_are_looked_at(project):
    """A function that can fail takes GError ** last, and who ignores its result is told by the compiler."""
    for source in product(project):
        if not source.is_header:
            continue
        for declaration in source.declarations:
            words = [token.text for token in declaration]
            text = " ".join(words)
            if "GError * * error" not in text or words[0] == "typedef" or "{" in words:
                continue
            line = declaration[-1].line
            if ". . ." in text:  # printf-like setters of an error, as g_set_error()
                continue
            if "GError * * error )" not in text:
                yield source, line, "GError **error is the last parameter"
            if "G_GNUC_WARN_UNUSED_RESULT" not in words and not re.match(r"static inline|void \w+ \(", text):
                yield source, line, "G_GNUC_WARN_UNUSED_RESULT is missing"
            if re.match(r"void \w+ \(", text):
                yield source, line, "a function that can fail returns whether it did"


@rule
def ownership(project):
    """Who frees it stands beside it."""
    for source in product(project):
        for index, token in enumerate(source.tokens):
            if token.text == "{" and is_struct_body(source.tokens, index):
                yield from unowned_fields(source, source.tokens[index + 1:matching_brace(source.tokens, index)])


def matching_brace(tokens, start):
    depth = 0
    for index in range(start, len(tokens)):
        depth += (tokens[index].text == "{") - (tokens[index].text == "}")
        if depth == 0:
            return index
    return len(tokens) - 1


def is_struct_body(tokens, index):
    """A table (`const struct { ... } rows[]`) isn't meant: what it points to is static, too."""
    before = [token.text for token in tokens[max(index - 2, 0):index]]
    return "struct" in before and "const" not in before


def unowned_fields(source, tokens):
    declaration = []
    for token in tokens:
        declaration.append(token)
        if token.text != ";":
            continue
        words = [one.text for one in declaration]
        pointer = "*" in words or any(word in POINTER_TYPES for word in words)
        comment = source.comment_on(token.line)
        if pointer and "(" not in words and "owned)" not in comment:
            yield source, token.line, f"{words[-2]}: a pointer field says /* (owned) */ or /* (unowned) */"
        declaration = []


@rule
def no_sleeps(project):
    """A test that sleeps is slow when all is well and fails when the machine is busy."""
    pattern = re.compile(r"\b(g_usleep|usleep|nanosleep|time\.sleep|sleep)\s*\(")
    for source in project:
        if source.path.startswith("tests/") and not source.path.startswith(("tests/lint/", "tests/bench/")):
            for number, line in enumerate(source.lines, 1):
                if pattern.search(line):
                    yield source, number, "wait for what happens instead of sleeping"
