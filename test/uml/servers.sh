# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# For the PID 1 of user-mode Linux, which sources it: what each guest needs that has nfsd. / is the host's, read-only over
# hostfs; CACHE comes from the kernel's command line. Every process costs some 30 ms here.

# guest MODULE...: folders that can be written, and nfsd, veth and these modules. Says ==boot, without which the guest
# counts as not started.
guest() {
  export PATH="$CACHE/nfs/usr/sbin:/usr/sbin:/usr/bin:/sbin:/bin" LC_ALL=C
  mount -t proc proc /proc
  mount -t sysfs sys /sys
  for folder in /run /tmp /srv /mnt /var/lib; do mount -t tmpfs t $folder; done
  mkdir /tmp/etc /var/lib/nfs
  for file in services protocols netconfig passwd group nsswitch.conf hosts; do cp /etc/$file /tmp/etc/ 2>/dev/null; done
  [ -e /tmp/etc/netconfig ] || printf 'tcp tpi_cots_ord v inet tcp - -\n' >/tmp/etc/netconfig
  touch /tmp/etc/exports
  mount --bind /tmp/etc /etc
  echo "==boot $(uname -r)"
  for module in nfsd veth "$@"; do
    modprobe -d "$CACHE/root" -S "$(uname -r)" "$module" || echo "==failed modprobe $module"
  done
}

# server NAME NUMBER CLIENT: a network namespace NAME where nfsd listens at 10.77.NUMBER.2, which the namespace CLIENT
# reaches through its interface vNAME, 10.77.NUMBER.1. It exports what /run/exports-NAME says. Where
# nfsdcld is not ready in time, nfsd lets nobody open a file before its grace time is over, of which 10 s are the least.
server() {
  ip netns add "$1"
  ip link add "v$1" netns "$3" type veth peer name eth0 netns "$1"
  printf '%s\n' "addr add 10.77.$2.1/24 dev v$1" "link set v$1 up" | ip -n "$3" -batch -
  printf '%s\n' "addr add 10.77.$2.2/24 dev eth0" "link set eth0 up" "link set lo up" | ip -n "$1" -batch -
  touch "/run/exports-$1"
  ip netns exec "$1" /bin/dash -c '
    mount -t tmpfs t /var/lib/nfs
    cd /var/lib/nfs || exit
    mkdir rpc_pipefs nfsdcld v4recovery
    : >etab
    : >rmtab
    mount -t rpc_pipefs p rpc_pipefs
    mount -t nfsd nfsd /proc/fs/nfsd
    mount --bind /run/exports-$0 /etc/exports
    nfsdcld -p /var/lib/nfs/rpc_pipefs -s /var/lib/nfs/nfsdcld
    exportfs -ra
    rpc.mountd --foreground --no-nfs-version 2 --no-nfs-version 3 >/dev/null 2>&1 &
    echo $! >/run/mountd-$0
    rpc.nfsd --no-nfs-version 3 --tcp --no-udp --grace-time 10 -H 0.0.0.0 2' "$1" || echo "==failed $1"
}
