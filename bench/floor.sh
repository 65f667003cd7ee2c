#!/usr/bin/env bash
# The floor: what starting the daemons costs when nothing stands between them and the kernel. A ring of N FRR routers, eBGP + BFD, by a shell loop, from
# nothing until every kernel has a route to every other router. Runs in namespaces of its own, as any user; nothing is left.
#   floor.sh [-f ipv4|ipv6|both] [-d 'zebra bgpd bfdd staticd'] [-j routers started at a time] N
# prints: routers N  converged S s  PSS M MB a router
set -euo pipefail

families=ipv4 daemons='zebra bgpd bfdd staticd' jobs=8 limit=300
while getopts f:d:j: option; do
  case $option in f) families=$OPTARG ;; d) daemons=$OPTARG ;; j) jobs=$OPTARG ;; *) exit 2 ;; esac
done
N=${!OPTIND:?how many routers}
[ "$N" -ge 3 ] || { echo "a ring has three routers or more" >&2; exit 2; }
if [ -z "${FLOOR_INSIDE:-}" ]; then
  user=(); [ "$(id -u)" = 0 ] || user=(--user --map-root-user)
  exec env FLOOR_INSIDE=1 unshare "${user[@]}" --net --mount --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
for sbin in "${LABCTL_FRR:-}" /usr/lib/frr /usr/libexec/frr /usr/sbin; do [ ! -x "$sbin/zebra" ] || break; done
PATH=$PATH:/usr/sbin:/sbin
v4() { [ $families != ipv6 ]; }
v6() { [ $families != ipv4 ]; }

# A /run, and a user `frr`, of our own.
mount -t tmpfs tmpfs /run
mkdir -p /run/frr /run/netns /run/floor /run/crash
cd /run/floor
mount --bind /run/crash /var/tmp
printf '%s\n' root:x:0:0::/root:/bin/sh frr:x:0:0::/:/bin/sh >passwd
printf '%s\n' root:x:0: frr:x:0: frrvty:x:0:frr >group
mount --bind passwd /etc/passwd
mount --bind group /etc/group

# Link i joins router i (end 1, its interface r) and router i+1 (end 2, its interface l).
link4() { echo "10.$(($1 / 16384)).$(($1 / 64 % 256)).$(($1 % 64 * 4 + $2))"; }
link6() { printf 'fd00:1:%x::%x' "$1" "$2"; }
self4() { echo "10.255.$(($1 / 256)).$(($1 % 256))"; }
self6() { printf 'fd00:ff::%x' "$(($1 + 1))"; }

interfaces() { # i, the router before it
  for name in l r lo; do echo "link set dev $name up"; done
  if v4; then
    echo "addr add $(link4 $2 2)/30 dev l"; echo "addr add $(link4 $1 1)/30 dev r"; echo "addr add $(self4 $1)/32 dev lo"
  fi
  if v6; then
    echo "addr add $(link6 $2 2)/64 dev l nodad"; echo "addr add $(link6 $1 1)/64 dev r nodad"; echo "addr add $(self6 $1)/128 dev lo nodad"
  fi
}

neighbor() { # address, asn
  printf ' neighbor %s %s\n' "$1" "remote-as $2" "$1" 'timers 3 9' "$1" 'timers connect 1' "$1" bfd
}

config() { # i, before, after
  echo "router bgp $((4200000000 + $1))"
  printf ' %s\n' "bgp router-id $(self4 $1)" 'no bgp ebgp-requires-policy' 'no bgp default ipv4-unicast'
  local around=()
  if v4; then
    around=("$(link4 $2 1)" "$(link4 $1 2)")
    neighbor "${around[0]}" $((4200000000 + $2)); neighbor "${around[1]}" $((4200000000 + $3))
    printf ' %s\n' 'address-family ipv4 unicast' " network $(self4 $1)/32" " neighbor ${around[0]} activate" " neighbor ${around[1]} activate" exit-address-family
  fi
  if v6; then
    around=("$(link6 $2 1)" "$(link6 $1 2)")
    neighbor "${around[0]}" $((4200000000 + $2)); neighbor "${around[1]}" $((4200000000 + $3))
    printf ' %s\n' 'address-family ipv6 unicast' " network $(self6 $1)/128" " neighbor ${around[0]} activate" " neighbor ${around[1]} activate" exit-address-family
  fi
}

cat >boot.sh <<EOF
set -e
echo 0 | tee /proc/sys/net/ipv6/conf/{all,default,l,r}/accept_dad >/dev/null
ip -batch \$1.ip
for daemon in $daemons; do
  reads="-f \$1.conf"; case \$daemon in mgmtd) reads= ;; staticd) [ ! -x $sbin/mgmtd ] || reads= ;; esac
  $sbin/\$daemon -d -N n\$1 \$reads -u frr -g frr -P 0 --limit-fds 1024 >\$1.said 2>&1 || { echo "router \$1: \$daemon: \$(cat \$1.said)" >&2; exit 1; }
done
EOF

start=$(date +%s%N)
for ((i = 0; i < N; i++)); do echo "netns add n$i"; done | ip -batch -
for ((i = 0; i < N; i++)); do echo "link add r netns n$i type veth peer name l netns n$(((i + 1) % N))"; done | ip -batch -
running=0
for ((i = 0; i < N; i++)); do
  before=$(((i + N - 1) % N)) after=$(((i + 1) % N))
  interfaces $i $before >$i.ip
  config $i $before $after >$i.conf
  if ((running == jobs)); then wait -n; else running=$((running + 1)); fi
  nsenter --net=/run/netns/n$i bash boot.sh $i &
done
for ((; running > 0; running--)); do wait -n; done

# Every kernel is asked, through the zebra that sits in its namespace: one after the other, so that the asking does not slow what it waits for.
for ((i = 0; i < N; i++)); do
  net=/proc/$(</run/frr/n$i/zebra.pid)/net
  while { v4 && [ "$(grep -Ec $'^[lr]\t[0-9A-F]{4}FF0A\t' $net/route)" -lt $((N - 1)) ]; } ||
    { v6 && [ "$(grep -Ec '^fd0000ff[0-9a-f]{24} 80 .* [lr]$' $net/ipv6_route)" -lt $((N - 1)) ]; }; do
    (($(date +%s%N) - start < limit * 1000000000)) || { echo "router $i did not converge in $limit s" >&2; exit 1; }
    sleep 0.05
  done
done
end=$(date +%s%N)

pss=$(for file in /run/frr/n*/*.pid; do cat "/proc/$(<"$file")/smaps_rollup"; done | awk '/^Pss:/ {kb += $2} END {print kb}')
awk -v n="$N" -v ns=$((end - start)) -v kb="$pss" 'BEGIN {printf "routers %d  converged %.2f s  PSS %.1f MB a router\n", n, ns / 1e9, kb / 1024 / n}'
