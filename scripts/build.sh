# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by ./dev: Debian packages, builds, test runs. What is told here goes to stderr: stdout is the command's.

# need GROUP...: installs what is missing of these groups of packages.txt
need () {
  local group name wanted=() installed missing=()
  for group in "$@"; do
    mapfile -t -O ${#wanted[@]} wanted < <(
      sed -n "/^\[$group\]/,/^\[/{/^[a-z]/{s/[[:space:]].*//;p}}" "$top/scripts/packages.txt")
  done
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null || true)
  for name in "${wanted[@]}"; do
    grep -qx "installed $name" <<<"$installed" || missing+=("$name")
  done
  [ ${#missing[@]} != 0 ] || return 0

  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
      echo "These Debian packages are missing; install them as root: ${missing[*]}" >&2
      exit 1
    }
    sudo=(sudo)
  fi
  echo "Installing ${#missing[@]} missing Debian packages: ${missing[*]}" >&2
  local patient=(-q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=5)
  "${sudo[@]}" apt-get "${patient[@]}" update >&2
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "${patient[@]}" install -y \
    --no-install-recommends "${missing[@]}" >&2
}

# quietly LOG COMMAND...: shows its output only if it fails
quietly () {
  local log=$1
  shift
  "$@" >"$log" 2>&1 </dev/null || {
    local status=$?
    cat "$log" >&2
    echo "Failed: $*" >&2
    return $status
  }
}

# forget_if_moved DIR: what was built of sources that lay elsewhere, or was configured halfway, would be built of them again
forget_if_moved () {
  [ ! -e "$1/build.ninja" ] || /usr/bin/python3 -c '
import json, os, sys
with open(sys.argv[1] + "/meson-info/meson-info.json", encoding="utf-8") as info:
    sys.exit(json.load(info)["directories"]["source"] != os.path.realpath(sys.argv[2]))' "$1" "$top" 2>/dev/null || {
    echo "${1##*/} is of another folder; beginning anew" >&2
    find "$1" -mindepth 1 -maxdepth 1 ! -name .lock -exec rm -rf {} +
  }
}

# build DIR MESON-OPTION...: configures if need be, builds, and installs into DIR/prefix
build () {
  local dir=$top/$1 prefix=$top/$1/prefix
  shift
  mkdir -p "$dir"
  (
    flock 9
    forget_if_moved "$dir"
    if [ ! -e "$dir/build.ninja" ]; then
      echo "Configuring ${dir##*/}..." >&2
      quietly "$dir/setup.log" meson setup "$dir" "$top" --prefix="$prefix" "$@"
    elif ! grep -qx "prefix = $prefix" "$dir/meson-private/cmd_line.txt"; then
      quietly "$dir/setup.log" meson configure "$dir" -Dprefix="$prefix"
    fi
    if ! ninja -C "$dir" -n 2>&1 | grep -q '^ninja: no work to do'; then
      echo "Building ${dir##*/}..." >&2
      quietly "$dir/ninja.log" ninja -C "$dir"
    fi
    if [ ! -e "$dir/.installed" ] || [ "$dir/.ninja_log" -nt "$dir/.installed" ] ||
       [ "$dir/build.ninja" -nt "$dir/.installed" ] ||
       [ -n "$(find "$top/data" "$top/client-lib" "$top/po" -newer "$dir/.installed" -print -quit)" ]; then
      quietly "$dir/install.log" meson install -C "$dir" --no-rebuild --only-changed
      touch "$dir/.installed"
    fi
  ) 9>"$dir/.lock"
}

build_fuzz () {
  CC=clang CC_LD= build _build-fuzz -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
}

sanitizer_environment () {
  export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=1:detect_stack_use_after_return=1:fast_unwind_on_malloc=0:malloc_context_size=16}
  export UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}
  export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$top/scripts/lsan.supp:print_suppressions=0}
  export G_SLICE=always-malloc
}

# Nothing has to be suppressed: tests/support/smd-tsan-glib.c tells the sanitizer of GLib's locks.
thread_sanitizer_environment () {
  export TSAN_OPTIONS=${TSAN_OPTIONS:-exitcode=66:history_size=4:ignore_noninstrumented_modules=1}
  export G_SLICE=always-malloc
}

# run_tests DIR FUZZ-SECONDS [MESON-OPTION...]: every test, the demo, then the fuzz targets; the last line counts
run_tests () {
  local dir=$top/$1 seconds=$2 logs=() result=OK
  shift 2
  # What a test leaves behind that was killed goes, too. (Short: paths of sockets have 107 octets.)
  TMPDIR=$(mktemp -d -t smimed-XXXXXX)
  export TMPDIR
  trap 'rm -rf "$TMPDIR"' EXIT
  rm -f "$dir"/meson-logs/testlog.json "$dir"/demo.json "$dir"/fuzz.json
  meson test -C "$dir" --no-rebuild --print-errorlogs "$@" || true
  logs+=("$dir/meson-logs/testlog.json")

  quietly "$dir/demo.log" $python "$top/scripts/session.py" "$dir/prefix" $python "$top/scripts/demo.py" || result=FAIL
  printf '{"name": "demo", "result": "%s", "stdout": ""}\n' $result >"$dir/demo.json"
  logs+=("$dir/demo.json")

  if [ "$seconds" != 0 ] && [ -e "$top/tests/fuzz/meson.build" ]; then
    build_fuzz
    $python "$top/scripts/fuzz.py" "$top/_build-fuzz" "$seconds" --json "$dir/fuzz.json" || true
    logs+=("$dir/fuzz.json")
  fi
  $python "$top/scripts/count-tests.py" "${logs[@]}"
}
