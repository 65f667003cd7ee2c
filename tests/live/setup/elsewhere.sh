#!/usr/bin/env bash
# A copy of this machine in which packages may come and go: the root file system under an overlay in memory, processes of their own, the host's network
# (so that whatever a service would open there is seen). Nothing is left of it. Runs a script in it, with setup/ at /setup.
#   elsewhere.sh SETUP-FOLDER SCRIPT
set -euo pipefail
setup=$1 script=$2
if [ -z "${ELSEWHERE:-}" ]; then exec env ELSEWHERE=1 unshare --mount --pid --fork --kill-child --mount-proc bash "$0" "$@"; fi
top=/mnt # of our own mount namespace
mount -t tmpfs tmpfs "$top"
mkdir "$top/upper" "$top/work" "$top/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" "$top/root"
cd "$top/root"
cp -r "$setup" setup
cp "$script" script
cp /etc/resolv.conf etc/resolv.conf.new && mv -f etc/resolv.conf.new etc/resolv.conf
mount --rbind /dev dev
mount -t proc proc proc
mount --rbind /sys sys
mkdir -p old
pivot_root . old
umount -l /old
exec bash /script
