import Redis
import Testing

@testable import CaracalCommands

/// What can stand where the cursor is, as far as no server is asked.
@Suite struct CompleterTests {
    private func offer(_ line: String) throws -> CompletionOffer {
        let typing = CommandLineSplitter.splitUnfinished(line)
        let source = SettingsSource(
            environment: { _ in nil },
            file: { path throws(SecretFileError) in throw SecretFileError(path: path, reason: "there is none") },
            askPassword: { nil }
        )
        let names = LiveNames(source, until: { .after(.zero) }) { _ in
            throw NoServer()
        } database: { _ in
            throw NoServer()
        }
        let completer = Completer(root: CommandDescription.root, names: names)
        return completer.offer(typing.whole, typed: typing.last.text)
    }

    private struct NoServer: Error {}

    @Test(arguments: [
        ("xlen keys.invalidate ke", []), ("xlen keys.invalidate po", ["policy.invalidate"]),
        ("xlen --dead --de", []), ("xlen --max", ["--max-fill"]), ("-qo pro", ["prometheus"]),
        ("xlen -opro", ["-oprometheus"]), ("xlen -qopro", ["-qoprometheus"]),
        ("doctor --only server-v", ["server-version"]),
        ("dlq --reas", ["--reason"]), ("dlq --reason x re", []), ("sandbox --", ["--"]), ("--output json xl", ["xlen"]),
        ("xlen -- --de", []), ("xlen --columns bou", ["bound"]), ("xlen --columns stream,bou", ["stream,bound"]),
        ("xlen -s key", ["keys.invalidate"]), ("xlen --stream=key", ["--stream=keys.invalidate"]),
        ("dlq ls audit.events.", ["audit.events.dlq"]), ("help tim", ["times"]), ("help runb", ["runbook"]),
        ("help j", ["json"]), ("completion ba", ["bash"]),
        ("xlen --color nev", ["never"]), ("tail --from x key", ["keys.invalidate"]), ("help dlq red", ["redrive"]),
        ("help xlen key", []),
        ("context add --prot", ["--protected"]), ("xlen --stre", ["--stream"]), ("pending --gro", ["--group"]),
        ("pending audit.events --stre", []), ("trim --gro", []), ("verify-sig --lim", ["--limit"]),
    ])
    func wordsFitTheirPlace(line: String, words: [String]) throws {
        let offered = try offer(line).candidates.map(\.word)
        #expect(line == "sandbox --" ? offered.contains("--") : offered == words)
    }

    /// Behind the last comma of a list.
    @Test func aListIsContinued() throws {
        let offered = try offer("doctor --only lag,stuck").candidates.map(\.word)
        #expect(!offered.isEmpty)
        #expect(offered.allSatisfy { $0.hasPrefix("lag,stuck") })
        #expect(try offer("doctor --only loss,los") == .nothing)
    }

    @Test func filesAndOtherCommandsAreLeftToTheShell() throws {
        #expect(try offer("publish --json ") == .files(behind: ""))
        #expect(try offer("verify-sig --key-file=a") == .files(behind: "--key-file="))
        #expect(try offer("sandbox --keep=") == .folders(behind: "--keep="))
        #expect(try offer("sandbox --port 1 -- caracalctl x") == .otherCommand)
    }

    /// Where no word can stand, options are offered.
    @Test(arguments: ["memory ", "env ", "watch ", "context add "])
    func whereNoWordFitsOptionsAreOffered(line: String) throws {
        let offered = try offer(line).candidates.map(\.word)
        #expect(!offered.isEmpty)
        #expect(offered.allSatisfy { $0.hasPrefix("--") })
    }
}
