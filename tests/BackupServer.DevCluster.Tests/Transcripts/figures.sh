#!/usr/bin/env bash
# Prints per area how many recorded scenarios of a Kubernetes 1.36 API server DevCluster answers as recorded: area, passed, of, skipped.
# Usage: figures.sh [folder of kube-transcripts]; needs a release build of src/BackupServer.DevCluster.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
data=${1:-$root/tests/data/kube-transcripts}
work=$(mktemp -d)
dotnet "$root/artifacts/bin/BackupServer.DevCluster/release/BackupServer.DevCluster.dll" \
    --token figures-admin --nobody-token figures-nobody --nodes 0 --ready-file "$work/ready.json" > "$work/log" 2>&1 &
server=$!
trap 'kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; rm -rf "$work"' EXIT
until [ -f "$work/ready.json" ]; do
    kill -0 "$server" 2> /dev/null || { cat "$work/log"; exit 1; }
    sleep 0.1
done
address=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["http"])' "$work/ready.json")
python3 "$data/replay.py" --server "$address" --token figures-admin --nobody-token figures-nobody \
    --have nobody,compacted,watch-expired --jobs 6 "$data/scenarios" > "$work/replayed" || true
awk '/^(ok|FAIL|skip) / {
        split($2, name, "/"); area = name[1]
        if ($1 == "skip") { left_out[area]++; skipped++ } else { of[area]++; all++; if ($1 == "ok") { passed[area]++; ok++ } }
        areas[area] = 1
        if ($1 == "FAIL") failed[++failures] = $2
    }
    END {
        for (area in areas) printf "%-16s %4d of %4d%s\n", area, passed[area], of[area], left_out[area] ? "  (" left_out[area] " skipped)" : "" | "sort"
        close("sort")
        printf "%-16s %4d of %4d%s\n", "all", ok, all, skipped ? "  (" skipped " skipped)" : ""
        for (i = 1; i <= failures; i++) print "differs: " failed[i]
    }' "$work/replayed"
