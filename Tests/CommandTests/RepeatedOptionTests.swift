import Testing

@testable import CaracalCommands

@Suite struct RepeatedOptionTests {
    @Test(arguments: [
        ("doctor --only a --only b", "--only"), ("xlen -o json --output table", "--output"),
        ("xlen -ojson -otable", "--output"), ("xlen --output=json -o table", "--output"),
        ("tail -n 1 --limit 2", "--limit"), ("dlq ls -n 1 -n 2", "--limit"),
        ("dlq --reason a --reason b", "--reason"), ("dlq redrive --limit 1 --limit 2", "--limit"),
        ("xlen --host a --port 1 --host b", "--host"), ("context add a --url u --url v", "--url"),
    ])
    func anOptionOfOneValueThatIsGivenTwiceIsFound(line: String, name: String) {
        #expect(RepeatedOption.find(in: line.split(separator: " ").map(String.init)) == name)
    }

    @Test(arguments: [
        "dlq --stream a --stream b", "tail --match a=b --match c=d", "verify-sig --id 1-1 --id 2-2", "xlen -q -q",
        "trim a --yes --yes", "tail --since -2h", "xlen --host a --port 1", "sandbox -- xlen --host a --host b",
        "publish a b=-o c=-o", "verify-sig --since -2h --until -2h", "nosuch --host a --host b", "",
    ])
    func whatAddsUpOrSaysTheSameIsNone(line: String) {
        #expect(RepeatedOption.find(in: line.split(separator: " ").map(String.init)) == nil)
    }

    /// A short name and the long one are the same option.
    @Test func everyShortNameOfAnOptionWithAValueIsKnown() {
        func check(_ command: CommandDescription) {
            for option in command.arguments where option.takesValue {
                for short in option.typedNames where !short.hasPrefix("--") {
                    let long = short.dropFirst().first.flatMap { RepeatedOption.shortNames[$0] }
                    #expect(long.map(option.typedNames.contains) == true, "\(command.commandName) \(short)")
                }
            }
            for next in command.visibleSubcommands { check(next) }
        }
        check(CommandDescription.root)
    }
}
