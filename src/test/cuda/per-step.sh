#!/bin/sh
# What one step of a training asks of a GPU, counted on the stand-in: the difference of trainings of 20 and 40 steps, by 20.
#     src/test/cuda/per-step.sh target/stand-in target/cairn/bin/cairn mnist-mlp
# Count, bytes, what. With "launch" behind it: each kernel too.
set -e
[ $# -ge 3 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for steps in 20 40; do
  CAIRN_STANDIN_COMPUTES=0 CAIRN_STANDIN_COUNTS="$folder/$steps" "$here/run.sh" "$1" "$2" train "$3" --steps $steps --backend cuda \
    --dir "$folder" --run "steps-$steps" --save-every end >"$folder/said" 2>&1 || { cat "$folder/said" >&2; exit 1; }
done
awk -v kernels="${4:-}" '{ count = $1; bytes = $2; $1 = $2 = ""; name = substr($0, 3) }
  name ~ /^memory in use/ || (name ~ /^launch / && kernels == "") { next }
  FNR == NR { counts[name] = count; sizes[name] = bytes; next }
  count > counts[name] { printf "%8.2f %12.0f  %s\n", (count - counts[name]) / 20, (bytes - sizes[name]) / 20, name }' "$folder/20" "$folder/40"
