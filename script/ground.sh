# Read by the commands of this folder with `.`; not run by itself. Works with the bash 3.2 of macOS.
# Gives them: the project's folder as working directory, an environment without surprises, and few words.

set -euo pipefail
came_from="$PWD"
cd "$(dirname "${BASH_SOURCE[0]}")/.."
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV CONDA_PREFIX DJANGO_SETTINGS_MODULE
export DJANGO_SETTINGS_MODULE=config.settings PYTHONUNBUFFERED=1

# Homebrew's libraries (Pango) are not where macOS looks by itself.
if [ "$(uname)" = Darwin ]; then
  export DYLD_FALLBACK_LIBRARY_PATH="${DYLD_FALLBACK_LIBRARY_PATH:-/opt/homebrew/lib:/usr/local/lib}"
fi

say() { printf '%s\n' "$*"; }

# stop WORDS...: say what stands in the way, each word list a line, and end.
stop() {
  printf '\n' >&2
  printf '%s\n' "$@" >&2
  exit 1
}

# whole_path FILE: print FILE as seen from where the person stood when they ran the command.
whole_path() {
  case "$1" in
    /*) printf '%s\n' "$1" ;;
    *) printf '%s/%s\n' "$came_from" "$1" ;;
  esac
}

have() { command -v "$1" >/dev/null 2>&1; }

# postgresql_programs: print the folder that holds initdb and pg_ctl, the newest version first, or fail.
postgresql_programs() {
  local folder
  for folder in \
    ${COMMONBEAT_POSTGRESQL_BIN:+"$COMMONBEAT_POSTGRESQL_BIN"} \
    $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) \
    $(ls -d /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin 2>/dev/null | sort -rn) \
    /Applications/Postgres.app/Contents/Versions/latest/bin \
    "$(dirname "$(command -v initdb 2>/dev/null || echo /none/x)")"; do
    [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && printf '%s\n' "$folder" && return
  done
  return 1
}

# apt_install PACKAGE...: install where the script may do so by itself (root on Debian or Ubuntu).
apt_install() {
  [ "$(id -u)" = 0 ] && have apt-get || return 1
  say "Installing $* with apt-get (this needs a moment)."
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null 2>&1 && return 0
  apt-get update -qq </dev/null >/dev/null 2>&1 || true
  apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

# line_to_install APT-PACKAGES BREW-PACKAGES: the one line a person has to run for it on this machine.
line_to_install() {
  if have apt-get; then
    say "    sudo apt-get update && sudo apt-get install -y $1"
  elif [ "$(uname)" = Darwin ]; then
    say "    brew install $2"
  else
    say "    install with your system's package manager: $1"
  fi
}
