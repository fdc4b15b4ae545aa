# Completion for caracalctl in fish. The tool itself says what can stand where the cursor is.

function __caracalctl_complete
    set -l words (commandline -opc)
    set -l tool $words[1]
    command -q -- $tool
    or set tool caracalctl
    set -l token (commandline -ct)
    set -l typed (string unescape -- $token)
    or set typed $token
    set -l lines (command $tool __complete fish 250ms $words[2..-1] "$typed" 2>/dev/null </dev/null)
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
