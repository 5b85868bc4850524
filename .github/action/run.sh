#!/usr/bin/env bash
# Puts sealvet on the runner and starts it. Called by action.yml on Linux, macOS and
# Windows (git's bash); bash 3.2 is enough.
#
# The program is that of the table beside this file: whoever pins the action by its
# commit has pinned the program. Where the table is empty or its release is not there,
# the program is built from the source of this same commit. A file that is not the one
# of the table is never started.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
table=$here/sha256sums.txt
source_root=$(cd "$here/../.." && pwd)
releases=${SEALVET_ACTION_RELEASES:-https://github.com/sealvet/sealvet/releases/download}
wanted=${INPUT_VERSION:-}
work=${RUNNER_TEMP:-${TMPDIR:-/tmp}}

say() { printf 'sealvet: %s\n' "$*"; }
die() {
  printf '::error title=sealvet::%s\n' "$1"
  exit "$2"
}

case "$(uname -s)" in
  Linux) os=linux ;;
  Darwin) os=darwin ;;
  MINGW* | MSYS* | CYGWIN*) os=windows ;;
  *) os=unknown ;;
esac
case "${RUNNER_ARCH:-$(uname -m)}" in
  X64 | x86_64 | amd64) arch=amd64 ;;
  ARM64 | arm64 | aarch64) arch=arm64 ;;
  *) arch=unknown ;;
esac
suffix=
[ "$os" != windows ] || suffix=.exe

sha256_of() {
  if command -v sha256sum >/dev/null; then
    sha256sum <"$1" | cut -d' ' -f1
  else
    shasum -a 256 <"$1" | cut -d' ' -f1
  fi
}

# Lines of the table: HASH  sealvet_VERSION_OS_ARCH[.exe]
row=$(grep -E "^[0-9a-f]{64}  sealvet_[0-9A-Za-z.+-]+_${os}_${arch}${suffix//./\\.}\$" "$table" | head -n 1 || true)
version= name= want=
if [ -n "$row" ]; then
  want=${row%% *}
  name=${row##* }
  version=${name#sealvet_}
  version=${version%%_*}
fi

install_release() {
  local folder=${RUNNER_TOOL_CACHE:-$work}/sealvet/$version/$arch got=
  program=$folder/sealvet$suffix
  if [ -f "$program" ] && [ "$(sha256_of "$program")" = "$want" ]; then
    return 0 # of an earlier job
  fi
  mkdir -p "$folder"
  local fetched
  fetched=$(mktemp "$folder/fetched.XXXXXX")
  if ! curl --disable --silent --show-error --fail --location --proto '=https,file' --proto-redir '=https' --tlsv1.2 \
    --retry 3 --max-time 300 --max-filesize 300000000 --output "$fetched" "$releases/v$version/$name"; then
    rm -f "$fetched"
    say "release $version is not there for $os/$arch"
    return 1
  fi
  got=$(sha256_of "$fetched")
  if [ "$got" != "$want" ]; then
    rm -f "$fetched"
    die "$name of release $version has SHA-256 $got, and the action was made for $want; it was not started" 3
  fi
  chmod 0755 "$fetched"
  mv -f "$fetched" "$program"
}

build_source() {
  command -v go >/dev/null ||
    die "there is no release of sealvet for $os/$arch and no Go to build it; add actions/setup-go before this step" 3
  local folder
  folder=$(mktemp -d "$work/sealvet-program.XXXXXX")
  program=$folder/sealvet$suffix
  say "building from the source of this action with $(cd "$source_root" && go version | cut -d' ' -f3)"
  (cd "$source_root" && env -u GOFLAGS -u GOEXPERIMENT CGO_ENABLED=0 GOWORK=off \
    go build -mod=readonly -trimpath -buildvcs=false -o "$program" ./cmd/sealvet) ||
    die "sealvet could not be built from the source of this action" 3
}

program=
case "$wanted" in
  '' | "$version" | "v$version")
    if [ -z "$version" ] || ! install_release; then
      build_source
    fi
    ;;
  source) build_source ;;
  *) die "the input version is empty, source, or the one that this commit of the action has hashes of (${version:-none yet}); for another one, use the action at another commit" 2 ;;
esac
say "started with $(sha256_of "$program")"
exec "$program" action
