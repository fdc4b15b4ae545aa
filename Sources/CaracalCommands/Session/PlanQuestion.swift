import Caracal
import RESP
import Rendering
import Text

extension Session {
    /// Shows on standard error what would be done, as the table that afterwards shows what was done, and asks.
    func ask(
        _ question: TerminalText,
        _ confirmation: Confirmation,
        about plan: some Presentable,
        _ findings: [Finding] = []
    ) throws(CommandError) {
        guard !confirmation.isGiven else { return }
        Output.page(plan.table(Output.errorLook(source)))
        say(findings)
        try confirmation.ask(question)
    }
}

extension Session {
    /// With --trace, shows the first commands of a plan: what is not sent is not traced else.
    func trace(planned commands: some Collection<Command>) {
        guard output.isTracing.value else { return }
        for command in commands.prefix(PlanLines.usual) {
            say(.note, code: .notSent, "planned: \(keeping: command)")
        }
        let rest = commands.count - PlanLines.usual
        if rest > 0 { say(.note, code: .notSent, "planned: \(Format.count(rest, "more command"))") }
    }
}

/// Which lines of a plan a table has room for.
enum PlanLines {
    /// As many where nobody asked for a number of them.
    static let usual = 20

    /// The first of them, and behind those every one that is not as planned.
    ///
    /// - Parameter limit: how many of the first; nil for all.
    static func shown<Line>(_ lines: [Line], limit: Int?, isAsPlanned: (Line) -> Bool) -> [Line] {
        guard let limit, lines.count > limit else { return lines }
        return lines[..<limit] + lines[limit...].filter { !isAsPlanned($0) }
    }

    /// The line below a table that does not show all; empty below one that does.
    static func rest(_ count: UInt64) -> ScreenText {
        count == 0 ? "" : "and \(Format.grouped(UInt(clamping: count))) more (-o json has all)\n"
    }
}
