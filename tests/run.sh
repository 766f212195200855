#!/usr/bin/env bash
# Builds everything with warnings as errors, runs every test project and checks the format. The last line is "N passed, N failed, N skipped"; the exit
# code follows it. Most tests wait for other processes, so TEST_LANES of them (2) run at a time; one that is not done within TEST_PROJECT_TIMEOUT
# seconds (900) is ended and named. What the tests need and the machine lacks is installed from Debian's packages, or named when that cannot be done.
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

# One compiler for all projects: started anew for each, it would spend as long on warming up as on compiling. It has a name of its own, so that nobody else
# uses it, and ends with the build.
say "building"
compiler=backupserver-tests-$$
end_compiler() {
  local process
  for process in /proc/[0-9]*; do
    case "$({ tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null)" in *"VBCSCompiler"*"-pipename:$compiler "*) kill "${process#/proc/}" 2>/dev/null ;; esac
  done
}
trap end_compiler EXIT
dotnet build BackupServer.sln -c Release -v q -p:UseSharedCompilation=true -p:SharedCompilationId="$compiler" >"$results/build.log" 2>&1
code=$?
end_compiler
if [ "$code" != 0 ]; then
  grep -E 'error|warning' "$results/build.log" | sort -u | head -40 >&2
  fail "the build; see $results/build.log"
  echo "0 passed, $failures failed, 0 skipped"
  exit 1
fi

# The longest first, so that no lane ends long after the others; a project that is not named here runs after these.
longest_first="EndToEnd Cli Repository DevCluster Plugins PluginHost"
checks=("dotnet format")
for part in $longest_first; do checks+=("BackupServer.$part.Tests"); done
for file in tests/*/*.Tests.csproj; do
  name=$(basename "$file" .csproj)
  case " ${checks[*]} " in *" $name "*) ;; *) checks+=("$name") ;; esac
done

# Every check is in a process group of its own, of which timeout is the leader: what ends timeout ends all that the check has started.
declare -A running=() started=()
start() { # check
  local limit=(timeout -k 10 "${TEST_PROJECT_TIMEOUT:-900}")
  set -m
  if [ "$1" = "dotnet format" ]; then
    # The build holds style and analyzers, as errors; only the layout is left, and the order of imports.
    "${limit[@]}" dotnet format whitespace BackupServer.sln --verify-no-changes --no-restore </dev/null >"$results/format.log" 2>&1 &
  else
    "${limit[@]}" dotnet "artifacts/bin/$1/release/$1.dll" -noColor -xml "$results/$1.xml" </dev/null >"$results/$1.log" 2>&1 &
  fi
  set +m
  running[$!]=$1 started[$!]=$SECONDS
}

stop_all() {
  trap '' INT TERM
  [ "${#running[@]}" = 0 ] || { say "ending: ${running[*]}"; kill "${!running[@]}" 2>/dev/null; wait; }
  exit 130
}
trap stop_all INT TERM

passed=0 failed=0 skipped=0
attribute() { # file name; a result that was cut off has 0
  local value
  value=$(sed -n "s/.*<assembly [^>]*[ ]$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -1)
  echo "${value:-0}"
}
report_format() { # code seconds
  if [ "$1" = 0 ]; then say "dotnet format whitespace --verify-no-changes: nothing to change ($2 s)"; return; fi
  grep -E 'error|warning' "$results/format.log" | sort -u | head -40 >&2
  fail "dotnet format whitespace --verify-no-changes ended with $1; see $results/format.log"
}
report_tests() { # project code seconds
  local xml=$results/$1.xml log=$results/$1.log p f s
  if [ ! -s "$xml" ]; then
    tail -20 "$log" >&2
    if [ "$2" = 124 ] || [ "$2" = 137 ]; then fail "$1 was not done after $3 s and was ended; see $log"; else fail "$1 ended with $2 and no result; see $log"; fi
    return
  fi
  p=$(attribute "$xml" passed) s=$(attribute "$xml" skipped) f=$(($(attribute "$xml" failed) + $(attribute "$xml" errors)))
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  say "$1: $p passed, $f failed, $s skipped ($3 s)"
  [ "$f" = 0 ] || grep -A12 '\[FAIL\]' "$log" | head -80 >&2
  [ "$s" = 0 ] || grep -A1 '\[SKIP\]' "$log" | head -20 >&2
  if [ "$f" = 0 ] && [ "$2" != 0 ]; then fail "$1 ended with $2 though no test failed; see $log"; fi
}

say "testing"
next=0
while [ "$next" -lt "${#checks[@]}" ] || [ "${#running[@]}" -gt 0 ]; do
  while [ "$next" -lt "${#checks[@]}" ] && [ "${#running[@]}" -lt "${TEST_LANES:-2}" ]; do
    start "${checks[next]}"
    next=$((next + 1))
  done
  wait -n -p ended "${!running[@]}"
  code=$? name=${running[$ended]} took=$((SECONDS - started[$ended]))
  unset "running[$ended]"
  if [ "$name" = "dotnet format" ]; then report_format "$code" "$took"; else report_tests "$name" "$code" "$took"; fi
done
failed=$((failed + failures))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
