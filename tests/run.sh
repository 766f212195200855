#!/usr/bin/env bash
# Builds everything with warnings as errors and runs every test project. The last line is "N passed, N failed, N skipped"; the exit code follows it.
# What the tests need and the machine lacks is installed from Debian's packages, or named when that cannot be done.
set -u
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
tools=$PWD/artifacts/tools results=$PWD/artifacts/test-results
mkdir -p "$tools" "$results"
rm -f "$results"/*.xml "$results"/*.log
failures=0

say() { printf '%s\n' "$*" >&2; }
fail() { say "FAILED: $*"; failures=$((failures + 1)); }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

apt_updated=
apt_install() {
  say "installing $*"
  if [ -z "$apt_updated" ]; then as_root apt-get update -qq >"$results/apt.log" 2>&1; apt_updated=1; fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >>"$results/apt.log" 2>&1
}

need_command() { # command package
  command -v "$1" >/dev/null 2>&1 && return
  apt_install "$2" || fail "the tests need $1: install the package $2 (no root, or no package source; see $results/apt.log)"
}

need_library() { # soname package
  ldconfig -p 2>/dev/null | grep -q "$1" && return
  apt_install "$2" || fail "the tests need $1: install the package $2"
}

# kubectl 1.20 reads OpenAPI v2 as protobuf; it is unpacked beside any other kubectl.
need_old_kubectl() {
  export KUBECTL_120=$tools/kubectl-1.20/usr/bin/kubectl
  [ -x "$KUBECTL_120" ] && return
  say "unpacking kubectl 1.20"
  if [ -z "$apt_updated" ]; then as_root apt-get update -qq >"$results/apt.log" 2>&1; apt_updated=1; fi
  (cd "$tools" && apt-get download kubernetes-client >>"$results/apt.log" 2>&1 && dpkg -x kubernetes-client_*.deb kubectl-1.20 && rm -f kubernetes-client_*.deb) ||
    fail "the tests need kubectl 1.20: the package kubernetes-client could not be downloaded (see $results/apt.log)"
}

need_library libzstd.so.1 libzstd1
need_library libcrypto.so.3 libssl3
need_library libz.so.1 zlib1g
need_command restic restic
need_command python3 python3-minimal
need_command setfattr attr
need_old_kubectl
command -v kubectl >/dev/null 2>&1 || export PATH="$(dirname "$KUBECTL_120"):$PATH"

say "building"
if ! dotnet build BackupServer.sln -c Release -v q >"$results/build.log" 2>&1; then
  grep -E 'error|warning' "$results/build.log" | sort -u | head -40 >&2
  fail "the build; see $results/build.log"
  echo "0 passed, $failures failed, 0 skipped"
  exit 1
fi

say "checking the format"
if ! dotnet format BackupServer.sln --verify-no-changes --no-restore >"$results/format.log" 2>&1; then
  head -20 "$results/format.log" >&2
  fail "dotnet format --verify-no-changes; see $results/format.log"
fi

passed=0 failed=0 skipped=0
attribute() { sed -n "s/.*<assembly [^>]*[ ]$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -1; }
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  started=$(date +%s)
  timeout "${TEST_PROJECT_TIMEOUT:-900}" dotnet "artifacts/bin/$name/release/$name.dll" -noColor -xml "$results/$name.xml" >"$results/$name.log" 2>&1
  code=$?
  if [ ! -s "$results/$name.xml" ]; then
    tail -20 "$results/$name.log" >&2
    fail "$name ended with $code and no result; see $results/$name.log"
    continue
  fi
  p=$(attribute "$results/$name.xml" passed) f=$(attribute "$results/$name.xml" failed) s=$(attribute "$results/$name.xml" skipped) e=$(attribute "$results/$name.xml" errors)
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0} + ${e:-0})) skipped=$((skipped + ${s:-0}))
  say "$name: ${p:-0} passed, $((${f:-0} + ${e:-0})) failed, ${s:-0} skipped ($(($(date +%s) - started)) s)"
  [ $((${f:-0} + ${e:-0})) = 0 ] || grep -A12 '\[FAIL\]' "$results/$name.log" | head -80 >&2
  [ "${s:-0}" = 0 ] || grep -A1 '\[SKIP\]' "$results/$name.log" | head -20 >&2
done
failed=$((failed + failures))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
