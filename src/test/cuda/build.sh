#!/bin/sh
# Builds the stand-in for CUDA: standin.c says what it is for.
#     src/test/cuda/build.sh target/cairn/lib target/standin
# The first folder holds the jars of a build of Cairn for GPUs (mvn -Pcuda package -DskipTests, or -Pcuda-ptx); the second one gets the
# stand-in under the names of CUDA's libraries, and ND4J's libraries beside it. Linux on x86-64, with gcc, nm and unzip.
set -e
[ $# = 2 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
jars=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)

for tool in gcc nm unzip; do
  command -v $tool >/dev/null || { echo "the stand-in needs $tool" >&2; exit 1; }
done
nd4j=$(ls "$jars"/nd4j-cuda-*-linux-x86_64.jar 2>/dev/null | grep -v preset) || { echo "$jars holds no nd4j-cuda: mvn -Pcuda package -DskipTests" >&2; exit 1; }
bindings=$(ls "$jars"/cuda-*-linux-x86_64.jar)
rm -f "$out"/*.so*
unzip -ojq "$nd4j" '*/libnd4jcuda.so' '*/libjnind4jcuda.so' -d "$out"
unzip -ojq "$bindings" '*/libjnicu*.so' -d "$out"
cd "$out"

# The runtime's functions within ND4J's library; what this stand-in has; what the bindings ask for beyond.
nm libnd4jcuda.so | awk '$2 == "t" && $3 ~ /^(__)?cuda[A-Z]/ && $3 !~ /^__cudart/ { print $3 }' | LC_ALL=C sort -u >static.txt
gcc -O1 -g -std=gnu11 -Wall -Wextra -fPIC -fvisibility=hidden -c "$here/standin.c" "$here/vendor.c"
gcc -O3 -g -std=gnu11 -Wall -Wextra -fPIC -fvisibility=hidden -c "$here/kernels.c"
nm standin.o vendor.o | awk '$2 == "T" && $3 ~ /^(__)?cu/ { print $3 }' | LC_ALL=C sort -u >there.txt
nm -D libnd4jcuda.so libjni*.so | awk '$1 == "U" && $2 ~ /^(__)?cu[a-zA-Z0-9_]*(@.*)?$/ { sub(/@.*/, "", $2); print $2 }' | LC_ALL=C sort -u >asked.txt
{
  LC_ALL=C comm -12 static.txt there.txt | sed 's/.*/THERE(&)/'
  LC_ALL=C comm -23 static.txt there.txt | sed 's/.*/MISSING(&)/'
  LC_ALL=C sort -u static.txt there.txt | LC_ALL=C comm -13 - asked.txt | sed 's/.*/ABSENT(&)/'
} >names.h
gcc -O1 -g -std=gnu11 -Wall -Wextra -I"$here" -I. -fPIC -fvisibility=hidden -c "$here/table.c"
gcc -shared -Wl,-soname,libcudart.so.11.0 -o libcudart.so.11.0 standin.o vendor.o kernels.o table.o -lpthread -lm
for name in libcuda.so.1 libcublas.so.11 libcublasLt.so.11 libcusolver.so.11 libcusolverMg.so.11 libcusparse.so.11 libcurand.so.10 libcufft.so.10 libcudnn.so.8; do
  ln -sf libcudart.so.11.0 $name
done
gcc -O1 -std=gnu11 -Wall -Wextra -I"$here" -o patch "$here/patch.c"
sed -n 's/^\(THERE\|MISSING\)(\(.*\))$/\2/p' names.h | ./patch libnd4jcuda.so
rm -f ./*.o
echo "$out: $(grep -c THERE names.h) functions of the runtime are there, $(grep -c 'MISSING\|ABSENT' names.h) end the process"
