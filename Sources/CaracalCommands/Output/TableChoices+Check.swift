import ArgumentParser
import Rendering
import Text

extension TableChoices {
    /// Refuses choices that a command's results have no use for. Asked before anything is sent.
    ///
    /// - Parameters:
    ///   - columns: those of the command's table; nil where it shows none.
    ///   - command: the command.
    ///   - sortObjection: why its rows cannot be sorted; nil when they can.
    func check(
        _ columns: [Column]?,
        _ format: OutputFormat,
        of command: any ParsableCommand.Type,
        _ sortObjection: String?
    ) throws(Failure) {
        guard isMade else { return }
        guard let columns else {
            throw Failure(.usage, "\(option) chooses from a table, and \(command.typedName) shows none here")
        }
        guard format.isTable else {
            throw Failure(
                .usage,
                "\(option) chooses from a table, and -o \(format.rawValue) is none (-o table, wide or csv)"
            )
        }
        if let fault = fault(in: columns) { throw Failure(.usage, fault) }
        if order != nil, let sortObjection { throw Failure(.usage, "--sort is not possible here: \(sortObjection)") }
    }

    /// The first of the options that made the choice.
    private var option: String {
        columns.isEmpty ? order == nil ? "--no-headers" : "--sort" : "--columns"
    }
}
