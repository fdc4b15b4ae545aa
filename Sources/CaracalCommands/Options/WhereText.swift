import ArgumentParser
import Caracal
import Text

/// Reads the conditions of `--where`.
enum WhereText {
    /// The messages for which all conditions hold.
    ///
    /// - Parameter matches: fields that must have certain values besides, as `tail --match` takes them.
    static func selector(_ texts: [String], matches: [String] = []) throws -> MessageSelector {
        MessageSelector(try texts.map(condition), matches: matches.compactMap(FieldMatch.init))
    }

    private static func condition(_ text: String) throws -> MessageCondition {
        do throws(MessageConditionError) {
            return try MessageCondition(text.utf8)
        } catch {
            throw ValidationError("--where \(TerminalText(text)): \(error.text)")
        }
    }

    /// Reads a path.
    static func path(_ text: String, _ option: String) throws -> MessagePath {
        do throws(MessagePathError) {
            return try MessagePath(text.utf8)
        } catch {
            throw ValidationError("\(option) \(TerminalText(text)) is no path: \(error.text)")
        }
    }
}

extension ArgumentHelp {
    /// Of the conditions that a command takes.
    static func condition(_ subject: String) -> ArgumentHelp {
        ArgumentHelp(
            "Only \(subject) whose value at a path is =, !=, ~ (glob), < or >; repeatable, all must hold (caracalctl help where).",
            valueName: "path=value"
        )
    }
}
