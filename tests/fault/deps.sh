#!/bin/sh
# tests/deps.sh against systems that are not this one: its commands are played
# by scripts in a folder of their own, which is all of PATH.
set -u
root=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
unset DEBIAN_FRONTEND
failed=0

# A command of the played system.
play() {
	printf '#!/bin/sh\n%s\n' "$2" > "bin/$1"
	chmod +x "bin/$1"
}

# A new system: dpkg-query knows gcc, nothing else is there.
system() {
	rm -rf bin log
	mkdir bin
	for real in sh sed tr env; do
		ln -s "$(command -v $real)" "bin/$real"
	done
	play id "echo $1"
	play dpkg-query 'for p; do [ "$p" = gcc ] && echo "gcc install ok installed"
		[ "$p" = held ] && echo "held hold ok installed"
		[ "$p" = gone ] && echo "gone deinstall ok config-files"; done; exit 1'
}

# $1 names the case, $2 the status, $3 what is said; then the packages.
expect() {
	name=$1 status=$2 said=$3
	shift 3
	got=$(PATH=$folder/bin sh "$root/tests/deps.sh" "$@" 2>&1)
	code=$?
	if [ $code != "$status" ] || [ "$got" != "$said" ]; then
		echo "$name: exit $code, wanted $status; said:"
		echo "$got"
		failed=1
	fi
}

# $1 names the case, $2 is what apt-get was asked for.
asked() {
	[ "$(cat log 2>/dev/null)" = "$2" ] && return
	echo "$1: apt-get was asked:"
	cat log
	failed=1
}

options='install -q -y --no-install-recommends -o DPkg::Lock::Timeout=60'

system 0
expect 'nothing asked' 0 ''
expect 'all is there' 0 '' gcc held
expect 'another system' 1 'deps: this system has no apt-get; what is missing, by its Debian names:
  miller
  gone' gcc miller gone

system 0
play apt-get "echo \"\$@ \${DEBIAN_FRONTEND:-}\" >> $folder/log"
expect 'root installs what is missing' 0 'deps: installing miller gone' miller gcc gone
asked 'root installs what is missing' "update -q 
$options miller gone noninteractive"

system 1000
play apt-get "echo \"\$1\" >> $folder/log"
expect 'nobody may install' 1 'deps: neither root nor sudo; what is missing, by its Debian names:
  miller' miller
play sudo "echo sudo >> $folder/log; exec \"\$@\""
expect 'a user installs by sudo' 0 'deps: installing miller' miller
asked 'a user installs by sudo' 'sudo
update
sudo
install'

system 0
play apt-get "echo \$1 >> $folder/log; [ \$1 = update ]"
expect 'apt-get fails' 1 'deps: installing miller
deps: apt-get failed twice; what is missing, by its Debian names:
  miller' miller
asked 'apt-get fails' 'update
install
update
install'
exit $failed
