# Runs in the copy of the machine that elsewhere.sh makes. Each line it prints is "name: what was seen", and read by test_setup.py.
set -u
policy=/usr/sbin/policy-rc.d
say() { echo "$1: $2"; }
there() { dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null; }
running() { for name in watchfrr zebra bgpd staticd; do pgrep -x $name; done | xargs; }
sockets() { ss -lntuH | sort | md5sum; }
purge() { printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy && dpkg --purge --force-depends "$@" >/dev/null 2>&1; rm -f $policy; }

# Where nothing has booted there is no runlevel, and no service would be started anyway: a boot is pretended.
rm -f /sbin/runlevel && printf '#!/bin/sh\necho N 2\n' >/sbin/runlevel && chmod 755 /sbin/runlevel
rm -f $policy

purge frr nftables
before=$(sockets)
say purged "$(there frr)"
/setup/system >/tmp/log 2>&1 || cat /tmp/log
say installed "$(there frr) $(there nftables)"
say started "$(running)"
say sockets "$([ "$before" = "$(sockets)" ] && echo same || ss -lntuH)"
say enabled "$(ls /etc/rc[2-5].d/S*frr /etc/systemd/system/*.wants/frr.service 2>/dev/null | xargs)"
say policy "$(ls -A $policy* 2>/dev/null | xargs)"

# Frr as an administrator runs it: the control (a service can start here), and then not to be touched.
/usr/lib/frr/frrinit.sh start >/dev/null 2>&1
ours=$(running)
say control "$([ -n "$ours" ] && echo runs)"
printf '#!/bin/sh\n# the administrator'"'"'s\nexit 104\n' >$policy && chmod 700 $policy
dpkg --purge tcpdump >/dev/null 2>&1
/setup/system >/tmp/log 2>&1 || cat /tmp/log
say brought "$(there tcpdump)"
say untouched "$([ "$ours" = "$(running)" ] && echo same || echo "$ours, now $(running)")"
say restored "$(stat -c %a $policy) $(sed -n 2p $policy)"

# Interrupted in the middle, and killed in the middle.
dpkg --purge tcpdump >/dev/null 2>&1
setsid --fork bash -c 'trap - INT; echo $$ >/tmp/pid; exec /setup/system' >/dev/null 2>&1
until grep -q 'made by labctl' $policy; do sleep 0.01; done
kill -TERM "$(cat /tmp/pid)"
while kill -0 "$(cat /tmp/pid)" 2>/dev/null; do sleep 0.05; done
say interrupted "$(stat -c %a $policy) $(sed -n 2p $policy)"
leave() {
  mv $policy $policy.before-labctl
  printf '#!/bin/sh\n# made by labctl setup: no service starts while packages are installed; gone when it is over\nexit 101\n' >$policy
}
leave
dpkg --purge tcpdump >/dev/null 2>&1
/setup/system >/tmp/log 2>&1 || cat /tmp/log
say after-a-kill "$(stat -c %a $policy) $(sed -n 2p $policy)"
leave
/setup/system >/tmp/log 2>&1 || cat /tmp/log
say after-a-late-kill "$(stat -c %a $policy) $(sed -n 2p $policy)"
