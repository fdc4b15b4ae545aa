/// Whether a command can change anything on the server; every help text says it.
enum Effect: String {
    case reads
    case writes
}
