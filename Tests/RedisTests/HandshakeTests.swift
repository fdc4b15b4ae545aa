import RESP
import Redis
import TestSupport
import Testing

@Suite struct HandshakeTests {
    @Test(arguments: RedisBinary.allCases)
    func speaksRESP3AndLearnsWhoTheServerIs(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            #expect(connection.server.version?.description == binary.fullName)
            #expect(connection.server.role == .master)
            #expect(connection.server.mode == .standalone)
            #expect(try connection.send(Command("CLIENT", "ID")).root.integer == connection.server.connection)
            #expect(try connection.send(Command("CONFIG", "GET", "port")).root.kind == .map)
            #expect(try connection.send(Command("CLIENT", "GETNAME")).text?.hasPrefix("caracalctl") == true)
            #expect(connection.roundTrips == 4)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func letsItselfInWithThePasswordOfTheDefaultUser(binary: RedisBinary) throws {
        try withServer(binary, extra: ["requirepass sesame"]) { server in
            let connection = try server.connect(as: credentials("sesame"))
            #expect(try connection.send(Command("ACL", "WHOAMI")).text == "default")
            #expect(connection.roundTrips == 2)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func letsItselfInAsAnACLUser(binary: RedisBinary) throws {
        try withServer(binary, extra: ["user operator on >sesame ~* +@all"]) { server in
            let connection = try server.connect(as: credentials("sesame", user: "operator"))
            #expect(try connection.send(Command("ACL", "WHOAMI")).text == "operator")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aUserWithoutAPasswordNeedsNone(binary: RedisBinary) throws {
        try withServer(binary, extra: ["user guest on nopass ~* +@all"]) { server in
            let connection = try server.connect(as: credentials("", user: "guest"))
            #expect(try connection.send(Command("ACL", "WHOAMI")).text == "guest")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aWrongPasswordIsRefused(binary: RedisBinary) throws {
        try withServer(binary, extra: ["requirepass sesame"]) { server in
            let error = try redisError { _ = try server.connect(as: credentials("barley")) }
            #expect(error.refusal?.kind == .wrongPassword)
            #expect(error.phase == .connecting)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func anUnknownUserIsRefusedLikeAWrongPassword(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let error = try redisError { _ = try server.connect(as: credentials("x", user: "nobody")) }
            #expect(error.refusal?.kind == .wrongPassword)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func noPasswordWhereOneIsNeededIsRefused(binary: RedisBinary) throws {
        try withServer(binary, extra: ["requirepass sesame"]) { server in
            let error = try redisError { _ = try server.connect() }
            #expect(error.refusal?.kind == .noAuthentication)
            #expect(error.phase == .connecting)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aPasswordThatTheServerDoesNotAskForIsNoHindrance(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect(as: credentials("surplus"))
            #expect(try connection.send(Command("PING")).text == "PONG")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func selectsItsDatabase(binary: RedisBinary) throws {
        try withServer(binary) { server in
            _ = try server.connect(database: 5).send(Command("SET", "key", "in five"))
            #expect(try server.connect(database: 5).send(Command("GET", "key")).text == "in five")
            #expect(try server.connect().send(Command("GET", "key")).root.isNull)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aDatabaseThatDoesNotExistIsRefused(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let error = try redisError { _ = try server.connect(database: 16) }
            #expect(error.refusal?.isBadDatabase == true)
            #expect(error.phase == .connecting)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aUserWithoutTheRightToNameItsConnectionIsLetIn(binary: RedisBinary) throws {
        try withServer(binary, extra: ["user narrow on >sesame ~* -@all +ping"]) { server in
            let connection = try server.connect(as: credentials("sesame", user: "narrow"))
            #expect(try connection.send(Command("PING")).text == "PONG")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aUserWithoutTheRightToSelectIsRefusedAnotherDatabaseOnly(binary: RedisBinary) throws {
        try withServer(binary, extra: ["user narrow on >sesame ~* -@all +ping"]) { server in
            let error = try redisError {
                _ = try server.connect(database: 1, as: credentials("sesame", user: "narrow"))
            }
            #expect(error.refusal?.kind == .noPermission)
            #expect(try server.connect(as: credentials("sesame", user: "narrow")).send(Command("PING")).text == "PONG")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func turnedAwayBecauseAllConnectionsAreTaken(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let first = try server.connect()
            _ = try first.send(Command("CONFIG", "SET", "maxclients", "1"))
            let error = try redisError { _ = try server.connect() }
            #expect(error.refusal?.isTooManyClients == true)
            #expect(error.phase == .connecting)
        }
    }

    // MARK: Questions sent along

    private static let questions = [Command("TYPE", "k").reading(key: 0), Command("EXISTS", "k").reading(key: 0)]

    @Test(arguments: RedisBinary.allCases)
    func questionsSentAlongWithHELLOSpareARoundTripAndAreAnsweredOnce(binary: RedisBinary) throws {
        try withServer(binary) { server in
            _ = try server.connect(database: 3).send(Command("SET", "k", "v"))
            let connection = try server.connect(database: 3, asking: Self.questions)
            #expect(connection.server.mode == .standalone)
            let first = try connection.pipeline(Self.questions)
            #expect(first.map { $0.text ?? $0.root.integer.map(String.init) } == ["string", "1"])
            #expect(connection.roundTrips == 1)
            _ = try server.connect(database: 3).send(Command("DEL", "k"))
            let second = try connection.pipeline(Self.questions)
            #expect(second.map { $0.text ?? $0.root.integer.map(String.init) } == ["none", "0"])
            #expect(connection.roundTrips == 2)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func questionsThatNobodyAsksDoNotStandInTheWayOfOthers(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let asked = try server.connect(asking: Self.questions)
            #expect(try asked.send(Command("ECHO", "x")).text == "x")
            #expect(try asked.pipeline(Self.questions).first?.text == "none")
            let sent = try server.connect(asking: Self.questions)
            try sent.send([Command("ECHO", "y")], until: .after(.seconds(30)))
            #expect(try sent.receive(until: .after(.seconds(30))).text == "y")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func noCommandsAtAllLeaveTheQuestionsToThoseWhoAskThem(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let asked = try server.connect(asking: Self.questions)
            #expect(try asked.pipeline([]).isEmpty)
            #expect(try asked.pipeline(Self.questions).first?.text == "none")
            let other = try server.connect(asking: Self.questions)
            #expect(try other.pipeline([]).isEmpty)
            #expect(try other.send(Command("ECHO", "x")).text == "x")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func questionsAreAskedAgainWhereHELLOIsRefused(binary: RedisBinary) throws {
        try withServer(binary, extra: ["rename-command HELLO \"\"", "requirepass sesame"]) { server in
            let connection = try server.connect(as: credentials("sesame"), asking: Self.questions)
            #expect(try connection.pipeline(Self.questions).first?.text == "none")
            let error = try redisError { _ = try server.connect(as: credentials("barley"), asking: Self.questions) }
            #expect(error.refusal?.kind == .wrongPassword)
            #expect(error.phase == .connecting)
        }
    }

    @Test func aServerThatIsSilentAfterHELLOIsWaitedForAsLongAsForAnyReply() throws {
        let peer = try ScriptedPeer([[.expectCommands(5), .send(welcome), .silent]])
        let timeouts = Timeouts(connect: .seconds(30), command: .milliseconds(50))
        let connection = try peer.connect(timeouts: timeouts, asking: Self.questions)
        let error = try redisError { _ = try connection.pipeline(Self.questions) }
        #expect(error.cause == .link(.timedOut(after: .milliseconds(50))))
        #expect(error.phase == .awaiting)
    }
}
