import RESP
import Redis
import Testing

@Suite struct RefusalTests {
    /// What servers really answer, and what it is taken for.
    static let messages: [(String, RefusalKind)] = [
        ("WRONGTYPE Operation against a key holding the wrong kind of value", .wrongType),
        ("NOGROUP No such consumer group 'nog' for key name 's'", .noGroup),
        ("BUSYGROUP Consumer Group name already exists", .busyGroup),
        ("NOAUTH Authentication required.", .noAuthentication),
        ("WRONGPASS invalid username-password pair or user is disabled.", .wrongPassword),
        ("NOPERM this user has no permissions to run the 'xlen' command or its subcommand", .noPermission),
        ("NOPERM User op has no permissions to run the 'xlen' command", .noPermission),
        ("NOPERM No permissions to access a key", .noPermission),
        ("DENIED Redis is running in protected mode because", .denied),
        ("NOPROTO unsupported protocol version", .unsupportedProtocol),
        ("LOADING Redis is loading the dataset in memory", .loading),
        ("OOM command not allowed when used memory > 'maxmemory'.", .outOfMemory),
        ("READONLY You can't write against a read only replica.", .readOnly),
        (
            "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
            .misconfigured
        ),
        ("NOREPLICAS Not enough good replicas to write.", .noReplicas),
        ("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", .masterDown),
        ("BUSY Redis is busy running a script.", .busyScript),
        ("UNBLOCKED force unblock from blocking operation, instance state changed", .unblocked),
        ("NOSCRIPT No matching script.", .noScript),
        ("EXECABORT Transaction discarded because of previous errors.", .transactionAborted),
        ("MOVED 16099 127.0.0.1:17082", .moved),
        ("ASK 16099 127.0.0.1:17082", .ask),
        ("TRYAGAIN Multiple keys request during rehashing of slot", .tryAgain),
        ("CLUSTERDOWN Hash slot not served", .clusterDown),
        ("CROSSSLOT Keys in request don't hash to the same slot", .crossSlot),
        ("ERR unknown command 'X'", .other),
        ("", .other),
        ("LOADINGS of nonsense", .other),
        ("loading in lower case", .other),
        ("SOMETHINGNEW of a later version", .other),
        ("ERROR", .other),
    ]

    @Test(arguments: messages)
    func isClassifiedByItsFirstWordAlone(message: String, kind: RefusalKind) {
        let refusal = Refusal(ErrorReply(message: Array(message.utf8)))
        #expect(refusal.kind == kind)
        #expect(refusal.message == Array(message.utf8))
    }

    @Test func everyKindHasAnExample() {
        #expect(Set(Self.messages.map(\.1)) == Set(RefusalKind.allCases))
    }

    @Test func theRefusalsThatEndByThemselvesAreThese() {
        #expect(
            RefusalKind.allCases.filter(\.isForNow) == [
                .loading, .outOfMemory, .readOnly, .misconfigured, .noReplicas, .masterDown, .busyScript, .unblocked,
                .moved, .ask, .tryAgain, .clusterDown,
            ]
        )
    }

    @Test func theRefusalsOfAServerThatIsNotReadyAreThese() {
        #expect(
            RefusalKind.allCases.filter(\.isAboutServer) == [.noAuthentication, .loading, .masterDown, .busyScript]
        )
    }

    @Test func theRefusalsOfTheUserAreThese() {
        #expect(
            RefusalKind.allCases.filter(\.isAboutRights) == [.noAuthentication, .wrongPassword, .noPermission, .denied]
        )
    }

    @Test func plainErrorsAreToldApartByTheirWords() {
        func refusal(_ text: String) -> Refusal { Refusal(ErrorReply(message: Array(text.utf8))) }
        #expect(refusal("ERR no such key").isNoSuchKey)
        #expect(refusal("ERR unknown command 'HELLO', with args beginning with: '3' ").isUnknownCommand)
        #expect(refusal("ERR unknown command `HELLO`, with args beginning with: `3`, ").isUnknownCommand)
        #expect(refusal("ERR Unknown subcommand or wrong number of arguments for 'FULL'.").isUnknownCommand)
        #expect(refusal("ERR unknown subcommand 'x'. Try CLIENT HELP.").isUnknownCommand)
        #expect(refusal("ERR DB index is out of range").isBadDatabase)
        #expect(refusal("ERR invalid DB index").isBadDatabase)
        #expect(refusal("ERR SELECT is not allowed in cluster mode").isBadDatabase)
        #expect(refusal("ERR max number of clients reached").isTooManyClients)
        let other = refusal("ERR syntax error")
        #expect(!other.isNoSuchKey && !other.isUnknownCommand && !other.isBadDatabase && !other.isTooManyClients)
    }

    /// ASKING goes ahead of another command, whose answer its refusal becomes.
    static let namings: [(String, Command, String)] = [
        ("NOPERM User op has no permissions to run the 'asking' command", Command("XADD", "k"), "asking"),
        (
            "NOPERM this user has no permissions to run the 'asking' command or its subcommand", Command("XADD", "k"),
            "asking"
        ),
        (
            "NOPERM this user has no permissions to run the 'xinfo' command or its subcommand",
            Command("XINFO", "GROUPS", "k"), "xinfo|groups"
        ),
        (
            "NOPERM User op has no permissions to run the 'xinfo|groups' command", Command("XINFO", "GROUPS", "k"),
            "xinfo|groups"
        ),
        (
            "NOPERM this user has no permissions to run the 'command' command or its subcommand",
            Command("COMMAND", "INFO", "get"), "command|info"
        ),
    ]

    @Test(arguments: namings)
    func theMissingRightIsTheOneTheServerNamesAsExactlyAsCanBe(message: String, sent: Command, name: String) {
        let endpoint = Endpoint(address: .unix(path: ""))
        let refusal = Refusal(ErrorReply(message: Array(message.utf8))).answering(sent, of: endpoint)
        #expect(refusal.missingRight == MissingRight(user: "default", commands: [name]))
    }
}
