import ArgumentParser
import Testing

@testable import CaracalCommands

/// What a command line is to the parser: names of today, streams and groups in their places.
@Suite struct OptionNamesTests {
    private func words(_ line: String) -> CommandLineWords {
        CommandLineWords(line.split(separator: " ").map(String.init))
    }

    @Test(arguments: [
        ("tail --count 5", "tail --limit 5"), ("tail --count=5", "tail --limit=5"), ("tail -n5", "tail --limit=5"),
        ("tail -n=5", "tail --limit=5"), ("tail -n 5", "tail -n 5"), ("tail -20", "tail --limit=20"),
        ("tail -n -5", "tail -n -5"), ("tail --from -2h", "tail --since -2h"),
        ("verify-sig --from=5 --to 7", "verify-sig --since=5 --until 7"), ("dlq ls -c 5", "dlq ls --limit 5"),
        ("dlq ls -c5", "dlq ls --limit=5"), ("watch --count 1", "watch --limit 1"),
        ("pending a b --count 1", "pending a b --limit 1"), ("context add a --color red", "context add a --colour red"),
        ("claim a b --to c", "claim a b --to c"), ("dlq export --to f", "dlq export --to f"),
        ("xlen --count 5", "xlen --count 5"), ("raw XREAD --count 5", "raw XREAD --count 5"),
        ("sandbox -- tail --count 5", "sandbox -- tail --count 5"), ("trim a -yq", "trim a -y"),
    ])
    func aFormerNameIsTheOneOfToday(line: String, today: String) {
        #expect(words(line).words.joined(separator: " ") == today)
        #expect(words(line).fault == nil)
    }

    @Test(arguments: [
        ("xlen -s a --stream=b -sc d", "xlen a b c d"), ("xlen a -s b", "xlen b a"),
        ("pending --min-idle 5m -s a -g b", "pending a b --min-idle 5m"), ("pending -g b a", "pending a b"),
        ("pending --min-idle 5m -g b a --limit 1", "pending --min-idle 5m a b --limit 1"),
        ("claim --to c --group=g -s s 1-1", "claim s g --to c 1-1"), ("ack s -g g 1-1", "ack s g 1-1"),
        ("publish -s keys.invalidate a=b", "publish keys.invalidate a=b"), ("trim -q --stream a", "trim a"),
        ("verify-sig --id 1-1 2-2 -s a", "verify-sig a --id 1-1 2-2"),
        ("dlq audit.events", "dlq --stream audit.events"), ("dlq ls -s audit.events", "dlq ls -s audit.events"),
        (
            "dlq ls sessions.revoke -n 5 keys.invalidate",
            "dlq ls --stream sessions.revoke -n 5 --stream keys.invalidate"
        ),
        ("dlq ls --reason audit.events", "dlq ls --reason audit.events"), ("dlq nosuch", "dlq nosuch"),
        ("dlq --stream audit.events", "dlq --stream audit.events"),
        ("pending a --group=-x --min-idle 5m", "pending --min-idle 5m -- a -x"),
        ("claim a --group=--all 1-1 --to=-y", "claim --to=-y -- a --all 1-1"),
        ("claim --stream=-s --group g 1-1 --to c", "claim --to c -- -s g 1-1"),
        ("ack -g=-x a -- 1-1", "ack -- a -x 1-1"), ("ack -g=-x -- a 1-1", "ack -- a -x 1-1"),
        ("group seek a --group=-x --to start -y", "group seek --to start -y -- a -x"),
        ("tail --stream=-a b -n 5", "tail -n 5 -- -a b"),
    ])
    func streamsAndGroupsComeToTheirPlaces(line: String, placed: String) {
        #expect(words(line).words.joined(separator: " ") == placed)
        #expect(words(line).fault == nil)
    }

    @Test(arguments: [
        ("trim -s a -s b", "--stream is given twice, and takes one value: give it once"),
        ("pending -g a -g b", "--group is given twice, and takes one value: give it once"),
        ("pending -g a", "--group needs the stream it belongs to: give --stream STREAM --group GROUP"),
        ("pending --group=-x", "--group needs the stream it belongs to: give --stream STREAM --group GROUP"),
        ("xlen -s", "--stream needs a value: --stream NAME"),
        ("pending a -g -q", "--group needs a value: --group NAME"),
    ])
    func whatHasNoPlaceIsRefused(line: String, message: String) {
        #expect(words(line).fault?.message == message)
    }
}
