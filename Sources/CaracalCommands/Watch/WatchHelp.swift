/// What the keys and the columns of `watch` mean.
enum WatchHelp {
    static let lines = [
        "q            quit",
        "s            sort by lag, rate, length, or as in the table",
        "p, space     pause and go on",
        "+ -          look more or less often",
        "up, down     mark a stream, scroll its page (k, j)",
        "Enter, right open a stream: its groups and consumers",
        "Esc, left    back",
        "",
        "LAG          entries its slowest group has yet to be given",
        "PEND         entries that all its groups hold and have not acknowledged",
        "OLDEST       since the oldest of them was delivered to anyone",
        "IN/s OUT/s   entries added, and given to the slowest group",
        "DEAD         dead letters; MEM bytes, an estimate",
        "~ ?          by the server's counters; the server does not tell",
    ]
}
