/// A shell that words are completed in.
package enum CompletionShell: String, Sendable, CaseIterable {
    case bash, zsh, fish
}

/// What a shell reads to complete words of the tool: it asks the tool itself what can stand where the cursor is.
package enum CompletionScript {
    /// How long the server may take: with the start of the tool, and what the shell does with the answer, a Tab takes less than
    /// 300 ms.
    private static let limit = "250ms"

    /// The script.
    package static func text(for shell: CompletionShell) -> String {
        let script =
            switch shell {
            case .bash: bash
            case .zsh: zsh
            case .fish: fish
            }
        return script + "\n"
    }

    /// The script's name among the files that are installed.
    package static func fileName(for shell: CompletionShell) -> String {
        switch shell {
        case .bash: "caracalctl.bash"
        case .zsh: "_caracalctl"
        case .fish: "caracalctl.fish"
        }
    }

    private static let bash = #"""
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
            } < <(command "$tool" __complete bash \#(limit) "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null </dev/null)
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
        """#

    private static let zsh = #"""
        #compdef caracalctl
        # Completion for caracalctl in zsh. The tool itself says what can stand where the cursor is.

        _caracalctl() {
            local tool=${${(Q)words[1]}/#\~\//$HOME/} kind start line word
            whence -p -- "$tool" >/dev/null || tool=caracalctl
            local -a lines entries before
            (( CURRENT > 2 )) && before=("${(@Q)words[2,CURRENT-1]}")
            lines=("${(@f)$(command "$tool" __complete zsh \#(limit) "${before[@]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)}")
            kind=${lines[1]%%$'\t'*}
            start=${lines[1]#"$kind"}
            start=${start#$'\t'}
            case $kind in
                words|stems)
                    for line in "${(@)lines[2,-1]}"; do
                        word=${line%%$'\t'*}
                        entries+=("${${word//\\/\\\\}//:/\\:}${${line#"$word"}/#$'\t'/:}")
                    done
                    if [[ $kind == stems ]]; then
                        _describe -V value entries -S ''
                    else
                        _describe -V value entries
                    fi ;;
                files)
                    compset -P "${(b)start}"
                    _files ;;
                folders)
                    compset -P "${(b)start}"
                    _files -/ ;;
                other)
                    # What follows -- is another command, with a completion of its own.
                    local -i last=${words[(ie)--]}
                    shift last words
                    (( CURRENT -= last ))
                    _normal ;;
            esac
        }

        if [[ $funcstack[1] == _caracalctl ]]; then
            _caracalctl "$@"
        else
            compdef _caracalctl caracalctl
        fi
        """#

    private static let fish = #"""
        # Completion for caracalctl in fish. The tool itself says what can stand where the cursor is.

        function __caracalctl_complete
            set -l words (commandline -opc)
            set -l tool $words[1]
            command -q -- $tool
            or set tool caracalctl
            set -l token (commandline -ct)
            set -l typed (string unescape -- $token)
            or set typed $token
            set -l lines (command $tool __complete fish \#(limit) $words[2..-1] "$typed" 2>/dev/null </dev/null)
            set -l head (string split \t -- $lines[1])
            switch "$head[1]"
                case words stems
                    printf '%s\n' $lines[2..-1]
                case files
                    string replace -r '^' -- "$head[2]" (__caracalctl_files (string replace -- "$head[2]" '' $token))
                case folders
                    string replace -r '^' -- "$head[2]" (__fish_complete_directories (string replace -- "$head[2]" '' $token))
                case other
                    # What follows -- is another command, with a completion of its own.
                    complete -C (string replace -r '^.*?\s--\s' '' -- (commandline -cp))
            end
        end

        # Those that fish offers where it knows nothing of a command.
        function __caracalctl_files
            complete -C "'' $argv[1]"
        end

        complete -c caracalctl -f -a '(__caracalctl_complete)'
        """#
}

extension CompletionScript {
    /// The script that is asked for in the parser's own words; nil where none is.
    static func asked(in words: [String]) -> String? {
        guard words.contains(where: { $0.hasPrefix("--generate-completion-script") }) else { return nil }
        // Without a name it is the script of the user's own shell.
        let own = SettingsSource.process.environment("SHELL").map { $0.split(separator: "/").suffix(1) } ?? []
        let names = words.flatMap { $0.split(separator: "=") } + own
        return names.lazy.compactMap { CompletionShell(rawValue: String($0)) }.first
            .map { String(CompletionScript.text(for: $0).dropLast()) }
    }
}
