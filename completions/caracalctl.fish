function __caracalctl_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __caracalctl_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __caracalctl_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __caracalctl_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __caracalctl_parse_tokens -S
    set -l unparsed_tokens (__caracalctl_tokens -pc)
    switch $unparsed_tokens[1]
    case 'caracalctl'
        __caracalctl_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'provision'
            __caracalctl_parse_subcommand -r 1 'check' 'dry-run' 'start=' 'wait=' 'emit-acl=' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'xlen'
            __caracalctl_parse_subcommand -r 1 'dead' 'max-fill=' 'any-stream' 'raw' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'pending'
            __caracalctl_parse_subcommand 2 'consumer=' 'min-idle=' 'min-deliveries=' 'count=' 'all' 'lost' 'max-pending=' 'max-idle=' 'any-stream' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'claim'
            __caracalctl_parse_subcommand -r 3 'to=' 'min-idle=' 'limit=' 'create-consumer' 'dry-run' 'yes' 'any-stream' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'ack'
            __caracalctl_parse_subcommand -r 3 'trimmed' 'dry-run' 'yes' 'any-stream' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'trim'
            __caracalctl_parse_subcommand 1 'to-bound' 'force' 'dry-run' 'yes' 'any-stream' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'memory'
            __caracalctl_parse_subcommand 0 'samples=' 'headroom=' 'max-used=' 'rate=' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'doctor'
            __caracalctl_parse_subcommand 0 'only=' 'skip=' 'explain=' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'check'
            __caracalctl_parse_subcommand 0 'lag=' 'pending=' 'oldest=' 'dlq=' 'memory=' 'deadline=' 'outfile=' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'watch'
            __caracalctl_parse_subcommand 0 'interval=' 'count=' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'tail'
            __caracalctl_parse_subcommand -r 1 'n/count=' 'from=' 'match=+' 'verify' 'no-follow' 'any-stream' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'publish'
            __caracalctl_parse_subcommand -r 2 'json=' 'ndjson=' 'scheme=' 'unsigned' 'outbox-id=' 'maxlen=' 'allow-newline' 'no-schema' 'dry-run' 'wait-aof' 'wait-replicas=' 'rate=' 'resume=' 'any-stream' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'verify-sig'
            __caracalctl_parse_subcommand -r 1 'all' 'from=' 'to=' 'id=+' 'key-file=' 'previous-key-file=' 'each' 'require' 'strict' 'max-report=' 'offline=' 'any-stream' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'dlq'
            __caracalctl_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'summary'
                __caracalctl_parse_subcommand 0 'stream=+' 'reason=' 'since=' 'until=' 'max-depth=' 'max-age=' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
            case 'ls'
                __caracalctl_parse_subcommand 0 'stream=+' 'reason=' 'since=' 'until=' 'c/count=' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
            case 'show'
                __caracalctl_parse_subcommand -r 1 'stream=+' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
            case 'export'
                __caracalctl_parse_subcommand 0 'stream=+' 'reason=' 'since=' 'until=' 'to=' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
            case 'redrive'
                __caracalctl_parse_subcommand 0 'stream=+' 'reason=' 'since=' 'until=' 'limit=' 'rate=' 'force' 'dry-run' 'y/yes' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
            case 'purge'
                __caracalctl_parse_subcommand 0 'exported=' 'dry-run' 'y/yes' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
            end
        case 'sandbox'
            __caracalctl_parse_subcommand -r 1 'port=' 'socket' 'keep=' 'print-config' 'redis-server=' 'version' 'h/help'
        case 'env'
            __caracalctl_parse_subcommand 0 'connect' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'context'
            __caracalctl_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'ls'
                __caracalctl_parse_subcommand 0 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
            case 'use'
                __caracalctl_parse_subcommand 1 'none' 'version' 'h/help'
            case 'show'
                __caracalctl_parse_subcommand 1 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
            case 'add'
                __caracalctl_parse_subcommand 1 'url=' 'user=' 'password-file=' 'sentinel-user=' 'sentinel-password-file=' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'streams-hmac-key-file=' 'audit-hmac-key-file=' 'colour=' 'protected' 'version' 'h/help'
            case 'rm'
                __caracalctl_parse_subcommand 1 'version' 'h/help'
            end
        case 'shell'
            __caracalctl_parse_subcommand 0 'keep-going' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'raw'
            __caracalctl_parse_subcommand -r 1 'dry-run' 'yes' 'url=' 'context=' 'host=' 'port=' 'socket=' 'sentinel=' 'master-name=' 'db=' 'user=' 'password-file=' 'ask-password' 'tls' 'cacert=' 'capath=' 'cert=' 'key=' 'sni=' 'insecure' 'connect-timeout=' 'timeout=' 'o/output=' 'q/quiet' 'read-only' 'confirm=' 'version' 'h/help'
        case 'help'
            __caracalctl_parse_subcommand -r 1 'version'
        end
    end
end

function __caracalctl_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __caracalctl_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __caracalctl_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __caracalctl_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__caracalctl_tokens -p)
    if test -z "$(__caracalctl_tokens -t)"
        set -l index (count (__caracalctl_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'caracalctl' -f
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'provision' -d 'Create the streams and consumer groups that are missing. [writes]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'xlen' -d 'Show each stream\'s length and its bound. [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'pending' -d 'Show pending entries and lag of consumer groups. [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'claim' -d 'Hand pending entries over to another consumer. [writes]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'ack' -d 'Acknowledge pending entries on behalf of a group. [writes]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'trim' -d 'Remove entries that every group has acknowledged. [writes]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'memory' -d 'Show memory use per stream and whether maxmemory is enough. [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'doctor' -d 'Find problems on the bus and how to fix them. [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'check' -d 'Check the bus for a monitoring system (Nagios, Prometheus). [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'watch' -d 'Show the bus live: rates, lag, pending entries, memory. [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'tail' -d 'Show entries as they arrive. [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'publish' -d 'Publish signed messages to a stream, each of them once. [writes]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'verify-sig' -d 'Check the signatures of messages. [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'dlq' -d 'Show and manage dead letters. [reads; redrive and purge: writes]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'sandbox' -d 'Run a private, provisioned redis-server for trying things. [writes to its own server only]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'env' -d 'Show where each setting comes from and what it resolves to. [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'context' -d 'Name deployments and choose between them. [changes only its own file]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'shell' -d 'Work on one connection, with completion and history. [reads; commands that write say so]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'raw' -d 'Send one Redis command and show the reply. [reads; asks before a write]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl provision" -ge 1' -fka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" check' -l 'check' -d 'Change nothing; end with status 1 if the server differs from the table.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" dry-run' -l 'dry-run' -d 'Change nothing; print the commands that would be sent.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" start' -l 'start' -d 'Where new groups start: auto, 0 or $ (default: auto).' -rfka 'auto 0 \$'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" wait' -l 'wait' -d 'Keep trying for this long while the server is unreachable or loading.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" emit-acl' -l 'emit-acl' -d 'Print the ACL rules of a role without asking a server: observer, operator, provisioner or all.' -rfka 'observer operator provisioner all'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl provision" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl xlen" -ge 1' -fka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" dead' -l 'dead' -d 'Also show the .dead streams that exist.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" max-fill' -l 'max-fill' -d 'End with status 1 if a stream is at least this full.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" any-stream' -l 'any-stream' -d 'Accept stream names that are not in the provisioning table.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" raw' -l 'raw' -d 'Print only the number, of one stream.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl xlen" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl pending" -eq 1' -fka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" consumer' -l 'consumer' -d 'Only the entries of this consumer; status 1 if there is no such consumer.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" min-idle' -l 'min-idle' -d 'Only entries idle for at least this long.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" min-deliveries' -l 'min-deliveries' -d 'Only entries delivered at least this many times.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" count' -l 'count' -d 'Show at most this many entries (default: 20).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" all' -l 'all' -d 'Show all entries.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" lost' -l 'lost' -d 'Without a group: show entries trimmed before they were delivered, and end with status 1 if there are any. With a group: only entries that are no longer in the stream.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" max-pending' -l 'max-pending' -d 'End with status 1 if a group has more pending entries than this.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" max-idle' -l 'max-idle' -d 'End with status 1 if an entry has been idle for at least this long.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" any-stream' -l 'any-stream' -d 'Accept stream names that are not in the provisioning table.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl pending" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl claim" -eq 1' -fka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" to' -l 'to' -d 'The consumer that takes them over.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" min-idle' -l 'min-idle' -d 'Instead of ids: entries idle for at least this long.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" limit' -l 'limit' -d 'With --min-idle: claim at most this many (default: 1000).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" create-consumer' -l 'create-consumer' -d 'Create the consumer if the group does not have it.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" dry-run' -l 'dry-run' -d 'Change nothing; print the commands that would be sent.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" yes' -l 'yes' -d 'Do not ask for confirmation; required without a terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" any-stream' -l 'any-stream' -d 'Accept a stream name that is not in the provisioning table.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl claim" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl ack" -eq 1' -fka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" trimmed' -l 'trimmed' -d 'Instead of ids: all pending entries that are no longer in the stream.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" dry-run' -l 'dry-run' -d 'Change nothing; print the commands that would be sent.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" yes' -l 'yes' -d 'Do not ask for confirmation; required without a terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" any-stream' -l 'any-stream' -d 'Accept a stream name that is not in the provisioning table.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl ack" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl trim" -eq 1' -fka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" to-bound' -l 'to-bound' -d 'Keep as many entries as the stream\'s bound.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" force' -l 'force' -d 'Trim to the bound even if groups have not acknowledged the entries.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" dry-run' -l 'dry-run' -d 'Change nothing; print the commands that would be sent.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" yes' -l 'yes' -d 'Do not ask for confirmation; required without a terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" any-stream' -l 'any-stream' -d 'Accept a stream name that is not in the provisioning table.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl trim" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" samples' -l 'samples' -d 'Sample about this many entries; more if sizes differ much (default: 200).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" headroom' -l 'headroom' -d 'Keep this much free, as a share of what is needed (default: 20%).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" max-used' -l 'max-used' -d 'End with status 1 if this much of maxmemory is used (default: 80%).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" rate' -l 'rate' -d 'Measure growth over this long, 1s to 1h.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl memory" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" only' -l 'only' -d 'Run only these checks (ids, separated by commas).' -rfka 'server-version replication maxmemory-policy maxmemory memory-forecast appendonly aof-writes appendfsync save snapshot protected-mode bind timeout tcp-keepalive tls-certificate clock-skew future-ids streams groups unknown-groups unknown-keys stream-bounds databases skipped-entries lag loss left-over-groups consumers deliveries stuck-consumers shared-consumers dead-letters dead-letter-signatures signatures acl-rights key-files connection-settings'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" skip' -l 'skip' -d 'Skip these checks (ids, separated by commas).' -rfka 'server-version replication maxmemory-policy maxmemory memory-forecast appendonly aof-writes appendfsync save snapshot protected-mode bind timeout tcp-keepalive tls-certificate clock-skew future-ids streams groups unknown-groups unknown-keys stream-bounds databases skipped-entries lag loss left-over-groups consumers deliveries stuck-consumers shared-consumers dead-letters dead-letter-signatures signatures acl-rights key-files connection-settings'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" explain' -l 'explain' -d 'Explain a check, or all checks, without asking a server.' -rfka 'all server-version replication maxmemory-policy maxmemory memory-forecast appendonly aof-writes appendfsync save snapshot protected-mode bind timeout tcp-keepalive tls-certificate clock-skew future-ids streams groups unknown-groups unknown-keys stream-bounds databases skipped-entries lag loss left-over-groups consumers deliveries stuck-consumers shared-consumers dead-letters dead-letter-signatures signatures acl-rights key-files connection-settings'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl doctor" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" lag' -l 'lag' -d 'Lag: entries not yet delivered to a group (default: 1000,5000).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" pending' -l 'pending' -d 'Pending entries: delivered, not acknowledged (default: 1000,5000).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" oldest' -l 'oldest' -d 'Idle time of the oldest pending entry (default: 5m,30m).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" dlq' -l 'dlq' -d 'Entries in one dead letter stream (default: 0,100).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" memory' -l 'memory' -d 'Share of maxmemory in use (default: 80%,90%).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" deadline' -l 'deadline' -d 'Give up with UNKNOWN after this long (default: 10s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" outfile' -l 'outfile' -d 'With -o prometheus: write to this file atomically.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" interval' -l 'interval' -d 'Refresh interval, 100ms to 1h (default: 1s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" count' -l 'count' -d 'Stop after this many frames.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl watch" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl tail" -ge 1' -fka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" count n' -s 'n' -l 'count' -d 'Start with this many of the newest entries, across all streams (default: 10).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" from' -l 'from' -d 'Start at this place instead.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail"' -l 'match' -d 'Show only entries with this field value; repeatable, all must match.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" verify' -l 'verify' -d 'Check the signature of each entry.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" no-follow' -l 'no-follow' -d 'Stop after the last entry instead of waiting for new ones.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" any-stream' -l 'any-stream' -d 'Accept stream names that are not in the provisioning table.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl tail" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl publish" -eq 1' -fka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" json' -l 'json' -d 'Read one message from a JSON object, - for standard input.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" ndjson' -l 'ndjson' -d 'Read messages from JSON objects, one a line, - for standard input.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" scheme' -l 'scheme' -d 'Signature scheme: fields or audit (default: what the stream\'s consumers expect).' -rfka 'fields audit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" unsigned' -l 'unsigned' -d 'Do not sign.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" outbox-id' -l 'outbox-id' -d 'The outbox_id: auto, none, or an id (default: auto).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" maxlen' -l 'maxlen' -d 'Trim to about this many entries, or to the table\'s bound.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" allow-newline' -l 'allow-newline' -d 'Allow a line feed in a value, which makes what was signed ambiguous.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" no-schema' -l 'no-schema' -d 'Do not check the fields that the stream\'s consumers require.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" dry-run' -l 'dry-run' -d 'Send nothing; show the signed bytes, the signature and the command.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" wait-aof' -l 'wait-aof' -d 'Wait until the server has the message on disk (Redis 7.2, appendonly).'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" wait-replicas' -l 'wait-replicas' -d 'Count a message as published when this many replicas have it (WAIT).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" rate' -l 'rate' -d 'Send at most this many messages a second.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" resume' -l 'resume' -d 'Settle the messages of a run that ended with status 74.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" any-stream' -l 'any-stream' -d 'Accept a stream name that is not in the provisioning table.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl publish" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl verify-sig" -ge 1' -fka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" all' -l 'all' -d 'Check all streams of the table, and the .dead streams that exist.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" from' -l 'from' -d 'Start at this place.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" to' -l 'to' -d 'End at this place, inclusive.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig"' -l 'id' -d 'Check these entries of the one stream named.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" key-file' -l 'key-file' -d 'Read the key from this file.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" previous-key-file' -l 'previous-key-file' -d 'The key before the last rotation, to explain failures.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" each' -l 'each' -d 'Print the verdict on each entry, one JSON object a line.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" require' -l 'require' -d 'End with status 1 if an entry is unsigned (default, unless CARACAL_MODE is dev).'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" strict' -l 'strict' -d 'End with status 1 if a valid signature has a warning.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" max-report' -l 'max-report' -d 'List at most this many failures and this many warnings (default: 20).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" offline' -l 'offline' -d 'Check entries from a file, one JSON object a line, - for standard input.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" any-stream' -l 'any-stream' -d 'Accept stream names that are not in the provisioning table.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl verify-sig" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl dlq" -eq 1' -fa 'summary' -d 'Count dead letters by reason and check the signatures inside. [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl dlq" -eq 1' -fa 'ls' -d 'List dead letters, oldest first. [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl dlq" -eq 1' -fa 'show' -d 'Show dead letters with the message and the event inside. [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl dlq" -eq 1' -fa 'export' -d 'Write dead letters unchanged as NDJSON. [reads]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl dlq" -eq 1' -fa 'redrive' -d 'Return dead letters to their original streams. [writes]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl dlq" -eq 1' -fa 'purge' -d 'Remove the dead letters that an export file holds. [writes]'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary"' -l 'stream' -d 'Only dead letters of this stream: its own name or the stream the messages came from; repeatable.' -rfka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" reason' -l 'reason' -d 'Only dead letters with this reason (the text before the first colon).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" since' -l 'since' -d 'Start at this place.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" until' -l 'until' -d 'End at this place, inclusive.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" max-depth' -l 'max-depth' -d 'End with status 1 if there are more dead letters than this.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" max-age' -l 'max-age' -d 'End with status 1 if one is older than this.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq summary" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls"' -l 'stream' -d 'Only dead letters of this stream: its own name or the stream the messages came from; repeatable.' -rfka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" reason' -l 'reason' -d 'Only dead letters with this reason (the text before the first colon).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" since' -l 'since' -d 'Start at this place.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" until' -l 'until' -d 'End at this place, inclusive.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" c count' -s 'c' -l 'count' -d 'List at most this many (default: 20).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq ls" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show"' -l 'stream' -d 'Search only this stream; repeatable.' -rfka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export"' -l 'stream' -d 'Only dead letters of this stream: its own name or the stream the messages came from; repeatable.' -rfka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" reason' -l 'reason' -d 'Only dead letters with this reason (the text before the first colon).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" since' -l 'since' -d 'Start at this place.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" until' -l 'until' -d 'End at this place, inclusive.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" to' -l 'to' -d 'Write to this file, which must not exist (default: standard output).' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq export" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive"' -l 'stream' -d 'Only dead letters of this stream: its own name or the stream the messages came from; repeatable.' -rfka 'audit.events audit.events.dlq policy.invalidate sessions.revoke keys.invalidate agents.lifecycle invocations.lifecycle delegations.invalidate providers.ratelimit'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" reason' -l 'reason' -d 'Only dead letters with this reason (the text before the first colon).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" since' -l 'since' -d 'Start at this place.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" until' -l 'until' -d 'End at this place, inclusive.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" limit' -l 'limit' -d 'Return at most this many messages.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" rate' -l 'rate' -d 'Return at most this many messages a second.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" force' -l 'force' -d 'Also return messages that are not worth a replay, unsigned, or not checkable.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" dry-run' -l 'dry-run' -d 'Return nothing; show what would be done.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" y yes' -s 'y' -l 'yes' -d 'Do not ask for confirmation.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq redrive" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" exported' -l 'exported' -d 'A file that dlq export wrote.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" dry-run' -l 'dry-run' -d 'Remove nothing; show what would be removed.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" y yes' -s 'y' -l 'yes' -d 'Do not ask for confirmation.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl dlq purge" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl sandbox" port' -l 'port' -d 'Listen on this port instead of a free one.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl sandbox" socket' -l 'socket' -d 'Listen on a Unix socket instead of a port.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl sandbox" keep' -l 'keep' -d 'Keep the server\'s data in this folder.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl sandbox" print-config' -l 'print-config' -d 'Print the redis.conf it runs with, and start nothing.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl sandbox" redis-server' -l 'redis-server' -d 'The redis-server to run (default: the one in PATH).' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl sandbox" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl sandbox" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" connect' -l 'connect' -d 'Also try to connect.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl env" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl context" -eq 1' -fa 'ls' -d 'List the contexts.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl context" -eq 1' -fa 'use' -d 'Set the default context.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl context" -eq 1' -fa 'show' -d 'Show the settings of a context.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl context" -eq 1' -fa 'add' -d 'Add a context.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_positional "caracalctl context" -eq 1' -fa 'rm' -d 'Remove a context.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context ls" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context ls" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context ls" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context ls" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context ls" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context ls" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context use" none' -l 'none' -d 'Stop using a context.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context use" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context use" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context show" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context show" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context show" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context show" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context show" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" url' -l 'url' -d 'URL of its server, without a password.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" sentinel-user' -l 'sentinel-user' -d 'ACL user of the Sentinels.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" sentinel-password-file' -l 'sentinel-password-file' -d 'File that holds the Sentinels\' password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" cacert' -l 'cacert' -d 'PEM file of trusted issuers.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" capath' -l 'capath' -d 'Folder of trusted issuers.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" sni' -l 'sni' -d 'Name to find in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" streams-hmac-key-file' -l 'streams-hmac-key-file' -d 'File that holds STREAMS_HMAC_KEY.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" audit-hmac-key-file' -l 'audit-hmac-key-file' -d 'File that holds AUDIT_HMAC_KEY.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" colour' -l 'colour' -d 'Colour of the shell\'s prompt.' -rfka 'red green yellow blue magenta cyan'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" protected' -l 'protected' -d 'Ask for the context\'s name before every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context add" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context rm" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl context rm" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" keep-going' -l 'keep-going' -d 'Without a terminal: continue after a line that fails; the status is that of the first failure.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl shell" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" dry-run' -l 'dry-run' -d 'Do not send the command; print it and whether it reads or writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" yes' -l 'yes' -d 'Do not ask before a command that writes; required without a terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" url' -l 'url' -d 'Where the server is: redis://host:6379, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" context' -l 'context' -d 'Name of a context.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" host' -l 'host' -d 'Host name or address.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" port' -l 'port' -d 'TCP port.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" socket' -l 'socket' -d 'Unix socket.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" sentinel' -l 'sentinel' -d 'Sentinels to ask for the master: host:port,… (default port: 26379).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" master-name' -l 'master-name' -d 'Name of the master that the Sentinels monitor.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" db' -l 'db' -d 'Database; Caracal\'s streams live in 0.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" user' -l 'user' -d 'ACL user.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" password-file' -l 'password-file' -d 'File that holds the password.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" ask-password' -l 'ask-password' -d 'Ask for the password at the terminal.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" tls' -l 'tls' -d 'Use TLS, like rediss://.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" cacert' -l 'cacert' -d 'PEM file of trusted issuers, instead of the system\'s.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" capath' -l 'capath' -d 'Folder of trusted issuers, instead of the system\'s.' -rfa '(__caracalctl_complete_directories)'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" cert' -l 'cert' -d 'PEM file of the client certificate.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" key' -l 'key' -d 'PEM file of the client certificate\'s key.' -rF
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" sni' -l 'sni' -d 'Name to send (SNI) and to expect in the server\'s certificate.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" insecure' -l 'insecure' -d 'Accept any certificate: the server is not authenticated.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" connect-timeout' -l 'connect-timeout' -d 'How long connecting may take (default: 2s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" timeout' -l 'timeout' -d 'How long a reply may take (default: 5s).' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" o output' -s 'o' -l 'output' -d 'Output format: table, json, ndjson, or prometheus where there are metrics (default: table).' -rfka 'table json ndjson prometheus'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" q quiet' -l 'quiet' -s 'q' -d 'Show only problems.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" read-only' -l 'read-only' -d 'Refuse every command that writes.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" confirm' -l 'confirm' -d 'Confirm a write to this protected context without a question.' -rfka ''
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" version' -l 'version' -d 'Show the version.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl raw" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'caracalctl' -n '__caracalctl_should_offer_completions_for_flags_or_options "caracalctl help" version' -l 'version' -d 'Show the version.'
