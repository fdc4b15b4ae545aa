import Testing

@testable import CaracalCommands
import Text

@Suite struct ContextFileTests {
    static let text = """
        # Deployments.
        current = "staging" # for now

        [contexts.staging]
        url = 'redis://redis.staging:6379'

        # Mind this one.
        [contexts.prod]
        url = "rediss://ops@redis.prod/0"
        password_file = "/run/secrets/a \\"b\\" \\\\c"
        protected = true

        """

    private func read(_ text: String) throws -> ContextFile {
        try ContextFile(path: "/c.toml", Array(text.utf8))
    }

    @Test func contextsAreRead() throws {
        let file = try read(Self.text)
        #expect(file.current == "staging")
        #expect(file.contexts.map(\.name) == ["staging", "prod"])
        #expect(file["staging"]?.values == [.url: "redis://redis.staging:6379"])
        #expect(file["prod"]?.values[.passwordFile] == #"/run/secrets/a "b" \c"#)
        #expect(file["prod"]?.isProtected == true)
    }

    @Test func linesMayEndWithCarriageReturns() throws {
        let unix = try read(Self.text)
        let windows = try read(
            Self.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        )
        #expect(windows.contexts == unix.contexts)
    }

    static let mistakes: [(String, Int, String)] = [
        ("x", 1, "a setting is written key = \"value\""),
        ("current = prod", 1, "a value is \"text\" in quotes, true or false"),
        ("url = \"redis://h\"", 1, "only current = \"NAME\" stands before the first [contexts.NAME]"),
        ("[contexts.]", 1, "a section is written [contexts.NAME], with letters, digits, - and _ in the name"),
        ("[prod]", 1, "a section is written [contexts.NAME], with letters, digits, - and _ in the name"),
        ("[contexts.a]\n[contexts.a]", 2, "a is there twice"),
        ("[contexts.a]\nurl = \"redis://h\" x", 2, "unexpected text after the value"),
        ("[contexts.a]\n\nurl = \"redis://h", 3, "a quote is not closed"),
        ("[contexts.a]\nurl = 'redis://h", 2, "a quote is not closed"),
        ("[contexts.a]\nurl = \"\\n\"", 2, "behind a backslash only \\ and \" are understood"),
        ("[contexts.a]\nulr = \"redis://h\"", 2, "ulr is no setting of a context (did you mean url?)"),
        ("[contexts.a]\nurl = \"redis://h\"\nurl = \"redis://h\"", 3, "url is there twice"),
        ("[contexts.a]\nurl = true", 2, "url is a text: it stands in quotes"),
        ("[contexts.a]\nprotected = \"yes\"", 2, "protected is true or false, without quotes"),
        (
            "[contexts.a]\nurl = \"http://h\"", 2,
            "url is not a usable URL: its scheme is not redis, rediss, unix"
        ),
        (
            "[contexts.a]\nurl = \"redis://:hush@h\"", 2,
            "url holds a password, which has no place here: name the file it is in, as password_file"
        ),
        ("[contexts.a]\npassword_file = \"secrets/p\"", 2, "password_file starts with / or ~/"),
        (
            "[contexts.a]\ncolour = \"pink\"", 2, "colour is one of red, green, yellow, blue, magenta, cyan"
        ),
        ("[contexts.a]\nuser = \"a\u{1B}[2J\"", 2, "user has a control character"),
        ("[contexts.a]\nuser = \"\"", 2, "user is empty"),
    ]

    @Test(arguments: mistakes)
    func aMistakeIsNamedWithFileAndLine(text: String, line: Int, reason: String) {
        #expect {
            try read(text)
        } throws: { error in
            let message = (error as? SettingsError)?.message.text ?? "\(error)"
            return message.hasPrefix("/c.toml:\(line): \(reason)") && !message.contains("hush")
        }
    }

    @Test func theContextInUseMustBeThere() {
        #expect(throws: SettingsError("/c.toml: current names prod, which is not there")) {
            try read("current = \"prod\"")
        }
    }

    @Test func changesLeaveCommentsAndOrderAlone() throws {
        let used = try read(Self.text).using("prod")
        #expect(used.current == "prod")
        #expect(used.lines.first == "# Deployments.")
        #expect(used.lines.contains("# Mind this one."))
        #expect(try used.using(nil).current == nil)
    }

    @Test func whatIsAddedIsReadBackTheSame() throws {
        let context = Context(
            name: "new",
            values: [.url: "unix:///run/redis \"1\"", .key: #"/a\b"#, .protected: "true", .colour: "red"]
        )
        let file = try read(Self.text).adding(context)
        #expect(file["new"] == context)
        #expect(file.contexts.count == 3)
    }

    @Test func aNameThatOnlyBeginsTheSameIsNotRemoved() throws {
        let file = try read("[contexts.prod]\nurl = 'redis://a'\n\n[contexts.prod-eu]\nurl = 'redis://b'\n").removing(
            "prod"
        )
        #expect(file.contexts.map(\.name) == ["prod-eu"])
    }

    @Test func whatIsRemovedIsInUseNoMore() throws {
        let file = try read(Self.text).removing("staging")
        #expect(file.contexts.map(\.name) == ["prod"])
        #expect(file.current == nil)
    }
}
