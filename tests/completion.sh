#!/bin/sh
# Prints the bash completion of the tool $1, made from its option table.
set -eu
name=$(basename "$1")
function=_$(echo "$name" | tr - _)
echo "# bash completion for $name; made from its option table"
echo "$function() {"
echo '	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}'
echo '	COMPREPLY=()'
# Bash takes the = of --option=value for a word of its own.
echo '	if [[ $prev == = ]]; then'
echo '		prev=${COMP_WORDS[COMP_CWORD-2]}='
echo '	elif [[ $cur == = ]]; then'
echo '		cur= prev=$prev='
echo '	fi'
echo '	case $prev in'
# Tabs are blanks to read: two of them would be one, and an empty field lost.
unit=$(printf '\037')
"$1" --list-options | tr '\t' "$unit" | while IFS=$unit read -r long short arg choices _; do
	[ -n "$arg" ] || continue
	case $arg in
	\[*) pattern="$long=" ;;	# a word behind it is no value
	*) pattern="$long|$long=${short:+|$short}" ;;
	esac
	words=$(echo "${choices%"|..."}" | tr '|' ' ')
	action="COMPREPLY=(\$(compgen -W \"$words\" -- \"\$cur\"))"
	case $choices,$arg in
	,FILE | ,KEYFILE | ,STATE) action='compopt -o default' ;;
	,*) action=: ;;
	*"=|"*) action="$action; compopt -o nospace -o default" ;;
	*"|...",*) action="$action; compopt -o default" ;;	# or a file
	esac
	echo "	$pattern) $action; return ;;"
done
echo '	esac'
words=$("$1" --list-options | cut -f 1,2 | tr '\t' '\n' | grep . | tr '\n' ' ')
echo '	if [[ $cur == -* ]]; then'
echo "		COMPREPLY=(\$(compgen -W \"$words\" -- \"\$cur\"))"
operands=$("$1" --list-words | tr '\n' ' ')
echo '	else'
[ -z "$operands" ] || echo "		COMPREPLY=(\$(compgen -W \"$operands\" -- \"\$cur\") \$(compgen -f -- \"\$cur\"))"
echo '		compopt -o default'
echo '	fi'
echo '}'
echo "complete -F $function $name"
