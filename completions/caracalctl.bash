# Completion for caracalctl in bash. The tool itself says what can stand where the cursor is.

_caracalctl() {
    local tool=${1/#\~\//$HOME/} kind start
    type -P -- "$tool" >/dev/null || tool=caracalctl
    COMPREPLY=()
    # Behind > and < there is a file, whatever the command.
    if [[ ${COMP_WORDS[COMP_CWORD - 1]} == *[\<\>] ]]; then
        compopt -o default
        return
    fi
    {
        IFS=$'\t' read -r kind start
        mapfile -t COMPREPLY
    } < <(command "$tool" __complete bash 250ms "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null </dev/null)
    compopt -o nosort 2>/dev/null
    case $kind in
        stems) compopt -o nospace ;;
        files) compopt -o default ;;
        folders) compopt -o dirnames ;;
        other) _caracalctl_other ;;
    esac
}

# What follows -- is another command, with a completion of its own.
_caracalctl_other() {
    local -i first=1
    while [[ ${COMP_WORDS[first - 1]} != -- ]]; do first+=1; done
    local command=${COMP_WORDS[first]} line=${COMP_LINE#*[[:space:]]--[[:space:]]}
    if ((first == COMP_CWORD)); then
        compopt +o nosort 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -c -- "$command")
        return
    fi
    if declare -F _comp_load >/dev/null; then
        complete -p -- "$command" &>/dev/null || _comp_load -- "$command"
    elif declare -F _completion_loader >/dev/null; then
        complete -p -- "$command" &>/dev/null || _completion_loader "$command"
    fi
    if [[ $(complete -p -- "$command" 2>/dev/null) =~ \ -F\ ([^ ]+)\  ]]; then
        COMP_POINT=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
        COMP_LINE=$line
        COMP_WORDS=("${COMP_WORDS[@]:first}")
        COMP_CWORD=$((COMP_CWORD - first))
        "${BASH_REMATCH[1]}" "$command" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    else
        compopt -o default
    fi
}

complete -F _caracalctl caracalctl
