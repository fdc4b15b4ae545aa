__caracalctl_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__caracalctl_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__caracalctl_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__caracalctl_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_caracalctl() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __caracalctl_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    provision|xlen|pending|claim|ack|trim|memory|doctor|check|watch|tail|publish|verify-sig|dlq|sandbox|env|context|shell|raw|help)
        # Offer subcommand argument completions
        "_caracalctl_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'provision xlen pending claim ack trim memory doctor check watch tail publish verify-sig dlq sandbox env context shell raw help' -- "${cur}"))
        ;;
    esac
}

_caracalctl_provision() {
    repeating_flags=()
    non_repeating_flags=(--check --dry-run --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--start --wait --emit-acl --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--start')
        __caracalctl_add_completions -W 'auto'$'\n''0'$'\n''$'
        return
        ;;
    '--wait')
        return
        ;;
    '--emit-acl')
        __caracalctl_add_completions -W 'observer'$'\n''operator'$'\n''provisioner'$'\n''all'
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    esac
}

_caracalctl_xlen() {
    repeating_flags=()
    non_repeating_flags=(--dead --any-stream --raw --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--max-fill --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--max-fill')
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    esac
}

_caracalctl_pending() {
    repeating_flags=()
    non_repeating_flags=(--all --lost --any-stream --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--consumer --min-idle --min-deliveries --count --max-pending --max-idle --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--consumer')
        return
        ;;
    '--min-idle')
        return
        ;;
    '--min-deliveries')
        return
        ;;
    '--count')
        return
        ;;
    '--max-pending')
        return
        ;;
    '--max-idle')
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    esac
}

_caracalctl_claim() {
    repeating_flags=()
    non_repeating_flags=(--create-consumer --dry-run --yes --any-stream --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--to --min-idle --limit --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--to')
        return
        ;;
    '--min-idle')
        return
        ;;
    '--limit')
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    esac
}

_caracalctl_ack() {
    repeating_flags=()
    non_repeating_flags=(--trimmed --dry-run --yes --any-stream --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    esac
}

_caracalctl_trim() {
    repeating_flags=()
    non_repeating_flags=(--to-bound --force --dry-run --yes --any-stream --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    esac
}

_caracalctl_memory() {
    repeating_flags=()
    non_repeating_flags=(--ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--samples --headroom --max-used --rate --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--samples')
        return
        ;;
    '--headroom')
        return
        ;;
    '--max-used')
        return
        ;;
    '--rate')
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_doctor() {
    repeating_flags=()
    non_repeating_flags=(--ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--only --skip --explain --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--only')
        __caracalctl_add_completions -W 'server-version'$'\n''replication'$'\n''maxmemory-policy'$'\n''maxmemory'$'\n''memory-forecast'$'\n''appendonly'$'\n''aof-writes'$'\n''appendfsync'$'\n''save'$'\n''snapshot'$'\n''protected-mode'$'\n''bind'$'\n''timeout'$'\n''tcp-keepalive'$'\n''tls-certificate'$'\n''clock-skew'$'\n''future-ids'$'\n''streams'$'\n''groups'$'\n''unknown-groups'$'\n''unknown-keys'$'\n''stream-bounds'$'\n''databases'$'\n''skipped-entries'$'\n''lag'$'\n''loss'$'\n''left-over-groups'$'\n''consumers'$'\n''deliveries'$'\n''stuck-consumers'$'\n''shared-consumers'$'\n''dead-letters'$'\n''dead-letter-signatures'$'\n''signatures'$'\n''acl-rights'$'\n''key-files'$'\n''connection-settings'
        return
        ;;
    '--skip')
        __caracalctl_add_completions -W 'server-version'$'\n''replication'$'\n''maxmemory-policy'$'\n''maxmemory'$'\n''memory-forecast'$'\n''appendonly'$'\n''aof-writes'$'\n''appendfsync'$'\n''save'$'\n''snapshot'$'\n''protected-mode'$'\n''bind'$'\n''timeout'$'\n''tcp-keepalive'$'\n''tls-certificate'$'\n''clock-skew'$'\n''future-ids'$'\n''streams'$'\n''groups'$'\n''unknown-groups'$'\n''unknown-keys'$'\n''stream-bounds'$'\n''databases'$'\n''skipped-entries'$'\n''lag'$'\n''loss'$'\n''left-over-groups'$'\n''consumers'$'\n''deliveries'$'\n''stuck-consumers'$'\n''shared-consumers'$'\n''dead-letters'$'\n''dead-letter-signatures'$'\n''signatures'$'\n''acl-rights'$'\n''key-files'$'\n''connection-settings'
        return
        ;;
    '--explain')
        __caracalctl_add_completions -W 'all'$'\n''server-version'$'\n''replication'$'\n''maxmemory-policy'$'\n''maxmemory'$'\n''memory-forecast'$'\n''appendonly'$'\n''aof-writes'$'\n''appendfsync'$'\n''save'$'\n''snapshot'$'\n''protected-mode'$'\n''bind'$'\n''timeout'$'\n''tcp-keepalive'$'\n''tls-certificate'$'\n''clock-skew'$'\n''future-ids'$'\n''streams'$'\n''groups'$'\n''unknown-groups'$'\n''unknown-keys'$'\n''stream-bounds'$'\n''databases'$'\n''skipped-entries'$'\n''lag'$'\n''loss'$'\n''left-over-groups'$'\n''consumers'$'\n''deliveries'$'\n''stuck-consumers'$'\n''shared-consumers'$'\n''dead-letters'$'\n''dead-letter-signatures'$'\n''signatures'$'\n''acl-rights'$'\n''key-files'$'\n''connection-settings'
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_check() {
    repeating_flags=()
    non_repeating_flags=(--ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--lag --pending --oldest --dlq --memory --deadline --outfile --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--lag')
        return
        ;;
    '--pending')
        return
        ;;
    '--oldest')
        return
        ;;
    '--dlq')
        return
        ;;
    '--memory')
        return
        ;;
    '--deadline')
        return
        ;;
    '--outfile')
        __caracalctl_add_completions -f
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_watch() {
    repeating_flags=()
    non_repeating_flags=(--ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--interval --count --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--interval')
        return
        ;;
    '--count')
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_tail() {
    repeating_flags=()
    non_repeating_flags=(--verify --no-follow --any-stream --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=(--match)
    non_repeating_options=(-n --count --from --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-n'|'--count')
        return
        ;;
    '--from')
        return
        ;;
    '--match')
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    esac
}

_caracalctl_publish() {
    repeating_flags=()
    non_repeating_flags=(--unsigned --allow-newline --no-schema --dry-run --wait-aof --any-stream --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--json --ndjson --scheme --outbox-id --maxlen --wait-replicas --rate --resume --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--json')
        __caracalctl_add_completions -f
        return
        ;;
    '--ndjson')
        __caracalctl_add_completions -f
        return
        ;;
    '--scheme')
        __caracalctl_add_completions -W 'fields'$'\n''audit'
        return
        ;;
    '--outbox-id')
        return
        ;;
    '--maxlen')
        return
        ;;
    '--wait-replicas')
        return
        ;;
    '--rate')
        return
        ;;
    '--resume')
        __caracalctl_add_completions -f
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    esac
}

_caracalctl_verify-sig() {
    repeating_flags=()
    non_repeating_flags=(--all --each --require --strict --any-stream --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=(--id)
    non_repeating_options=(--from --to --key-file --previous-key-file --max-report --offline --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--from')
        return
        ;;
    '--to')
        return
        ;;
    '--id')
        return
        ;;
    '--key-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--previous-key-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--max-report')
        return
        ;;
    '--offline')
        __caracalctl_add_completions -f
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    esac
}

_caracalctl_dlq() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __caracalctl_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    summary|ls|show|export|redrive|purge)
        # Offer subcommand argument completions
        "_caracalctl_dlq_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'summary ls show export redrive purge' -- "${cur}"))
        ;;
    esac
}

_caracalctl_dlq_summary() {
    repeating_flags=()
    non_repeating_flags=(--ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=(--stream)
    non_repeating_options=(--reason --since --until --max-depth --max-age --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--stream')
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    '--reason')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--max-depth')
        return
        ;;
    '--max-age')
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_dlq_ls() {
    repeating_flags=()
    non_repeating_flags=(--ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=(--stream)
    non_repeating_options=(--reason --since --until -c --count --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--stream')
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    '--reason')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '-c'|'--count')
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_dlq_show() {
    repeating_flags=()
    non_repeating_flags=(--ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=(--stream)
    non_repeating_options=(--url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--stream')
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_dlq_export() {
    repeating_flags=()
    non_repeating_flags=(--ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=(--stream)
    non_repeating_options=(--reason --since --until --to --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--stream')
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    '--reason')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--to')
        __caracalctl_add_completions -f
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_dlq_redrive() {
    repeating_flags=()
    non_repeating_flags=(--force --dry-run -y --yes --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=(--stream)
    non_repeating_options=(--reason --since --until --limit --rate --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--stream')
        __caracalctl_add_completions -W 'audit.events'$'\n''audit.events.dlq'$'\n''policy.invalidate'$'\n''sessions.revoke'$'\n''keys.invalidate'$'\n''agents.lifecycle'$'\n''invocations.lifecycle'$'\n''delegations.invalidate'$'\n''providers.ratelimit'
        return
        ;;
    '--reason')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--limit')
        return
        ;;
    '--rate')
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_dlq_purge() {
    repeating_flags=()
    non_repeating_flags=(--dry-run -y --yes --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--exported --url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--exported')
        __caracalctl_add_completions -f
        return
        ;;
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_sandbox() {
    repeating_flags=()
    non_repeating_flags=(--socket --print-config --version -h --help)
    repeating_options=()
    non_repeating_options=(--port --keep --redis-server)
    __caracalctl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--port')
        return
        ;;
    '--keep')
        __caracalctl_add_completions -d
        return
        ;;
    '--redis-server')
        __caracalctl_add_completions -f
        return
        ;;
    esac
}

_caracalctl_env() {
    repeating_flags=()
    non_repeating_flags=(--connect --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_context() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __caracalctl_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    ls|use|show|add|rm)
        # Offer subcommand argument completions
        "_caracalctl_context_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'ls use show add rm' -- "${cur}"))
        ;;
    esac
}

_caracalctl_context_ls() {
    repeating_flags=()
    non_repeating_flags=(--quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --confirm)
    __caracalctl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_context_use() {
    repeating_flags=()
    non_repeating_flags=(--none --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __caracalctl_offer_flags_options 1
}

_caracalctl_context_show() {
    repeating_flags=()
    non_repeating_flags=(--quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(-o --output --confirm)
    __caracalctl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_context_add() {
    repeating_flags=()
    non_repeating_flags=(--protected --version -h --help)
    repeating_options=()
    non_repeating_options=(--url --user --password-file --sentinel-user --sentinel-password-file --cacert --capath --cert --key --sni --streams-hmac-key-file --audit-hmac-key-file --colour)
    __caracalctl_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--url')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel-user')
        return
        ;;
    '--sentinel-password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--streams-hmac-key-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--audit-hmac-key-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--colour')
        __caracalctl_add_completions -W 'red'$'\n''green'$'\n''yellow'$'\n''blue'$'\n''magenta'$'\n''cyan'
        return
        ;;
    esac
}

_caracalctl_context_rm() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __caracalctl_offer_flags_options 1
}

_caracalctl_shell() {
    repeating_flags=()
    non_repeating_flags=(--keep-going --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_raw() {
    repeating_flags=()
    non_repeating_flags=(--dry-run --yes --ask-password --tls --insecure --quiet -q --read-only --version -h --help)
    repeating_options=()
    non_repeating_options=(--url --context --host --port --socket --sentinel --master-name --db --user --password-file --cacert --capath --cert --key --sni --connect-timeout --timeout -o --output --confirm)
    __caracalctl_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--url')
        return
        ;;
    '--context')
        return
        ;;
    '--host')
        return
        ;;
    '--port')
        return
        ;;
    '--socket')
        __caracalctl_add_completions -f
        return
        ;;
    '--sentinel')
        return
        ;;
    '--master-name')
        return
        ;;
    '--db')
        return
        ;;
    '--user')
        return
        ;;
    '--password-file')
        __caracalctl_add_completions -f
        return
        ;;
    '--cacert')
        __caracalctl_add_completions -f
        return
        ;;
    '--capath')
        __caracalctl_add_completions -d
        return
        ;;
    '--cert')
        __caracalctl_add_completions -f
        return
        ;;
    '--key')
        __caracalctl_add_completions -f
        return
        ;;
    '--sni')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '--timeout')
        return
        ;;
    '-o'|'--output')
        __caracalctl_add_completions -W 'table'$'\n''json'$'\n''ndjson'$'\n''prometheus'
        return
        ;;
    '--confirm')
        return
        ;;
    esac
}

_caracalctl_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __caracalctl_offer_flags_options -1
}

complete -o filenames -F _caracalctl caracalctl
