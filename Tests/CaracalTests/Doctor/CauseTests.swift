import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing
import Text

@testable import Caracal

/// What doctor says of messages that were skipped, lost, ahead of time or dead, to the entry.
@Suite struct CauseTests {
    private func outcomes(_ check: HealthCheck, _ bus: DoctorBus) throws -> [CheckOutcome] {
        check.examine(try bus.examine())
    }

    private func text(_ outcome: CheckOutcome) -> String {
        outcome.sentence.text {
            "\($0) ms"
        } moment: {
            "at \($0)"
        }.text
    }

    private func evidence(_ outcome: CheckOutcome) -> String? {
        outcome.evidence?.text {
            "\($0) ms"
        } moment: {
            "at \($0)"
        }.text
    }

    // MARK: Skipped

    @Test(arguments: [RedisBinary.v7_0, .v8_2, .valkey9_1])
    func aGroupThatWasCreatedBehindEntriesIsFirstWithTheirCount(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.run("DEL caracal.policy.invalidate caracal.keys.invalidate caracal.agents.lifecycle")
            try eventually("the server is two seconds old") {
                let fields = try bus.connection.ask(Info("server")).value
                return fields?.unsigned("uptime_in_seconds").map { $0 >= 2 } ?? false
            }
            for number in 1...40 { try bus.publish("caracal.policy.invalidate", zone: "\(number)") }
            try bus.run("XGROUP CREATE caracal.policy.invalidate opa-engine $")
            let first = try #require(Diagnosis(try bus.examine()).items.first)
            #expect(first.check == "skipped-entries" && first.outcome.status == .warning && first.urgency == .lost)
            #expect(
                text(first.outcome)
                    == "opa-engine on caracal.policy.invalidate was created at $, or put, behind 40 entries and was "
                    + "given none of them: they have no effect"
            )
            #expect(
                first.outcome.fix
                    == "caracalctl group seek policy.invalidate opa-engine --to start && caracalctl provision --start 0 "
                    + "# delivers the 40 entries, creates what is missing, and has no group skip what waits"
            )
        }
    }

    /// Before Redis 7.2 nothing tells who was given what. That nobody read its way to an entry of this run is certain all the same, and
    /// not of one that the server may have loaded.
    @Test(arguments: [
        (true, [], "did not read its way there"), (false, [], "may not have read them"),
        // It may have read all before: then the server forgets how many.
        (true, ["XGROUP SETID caracal.policy.invalidate opa-engine $"], "may not have read them"),
        (true, ["CONFIG RESETSTAT"], "may not have read them"),
        (true, nil, "may not have read them"),
        (
            true,
            [
                "XGROUP DESTROY caracal.policy.invalidate opa-engine",
                "XGROUP CREATE caracal.policy.invalidate opa-engine $",
            ],
            "was given none of them since"
        ),
    ])
    func whoWasPutBehindEntriesOfThisRunIsKnownToHaveMissedThem(
        isOfThisRun: Bool,
        lines: [String]?,
        words: String
    ) throws {
        try withServer(.v7_0, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            let stream = "caracal.policy.invalidate"
            try bus.run("DEL \(stream)")
            try eventually("the server is two seconds old") {
                let fields = try bus.connection.ask(Info("server")).value
                return fields?.unsigned("uptime_in_seconds").map { $0 >= 2 } ?? false
            }
            for number in 1...3 { try bus.publish(stream, id: isOfThisRun ? "*" : "\(number)-0", zone: "\(number)") }
            try bus.run("XGROUP CREATE \(stream) opa-engine $", "XREADGROUP GROUP opa-engine c STREAMS \(stream) 0")
            // What came from elsewhere may have been read there.
            for line in lines ?? [] { try bus.run(line) }
            if lines == nil {
                let dump = Array(try bus.connection.run("DUMP \(stream)").root.text ?? [])
                _ = try bus.connection.send(
                    Command("RESTORE", arguments: [Array("copy".utf8), Array("0".utf8), dump])
                )
            }
            let item = try #require(Diagnosis(try bus.examine()).items.first { $0.check == "skipped-entries" })
            #expect(text(item.outcome).contains(words), "\(text(item.outcome))")
            #expect(item.urgency == (words.hasPrefix("did") ? .lost : .now))
        }
    }

    /// `group rm`, then `provision`: a group that had read everything looks like one that has read nothing.
    @Test(arguments: [RedisBinary.v8_2, .valkey9_1])
    func aGroupThatWasMadeAgainMayHaveReadWhatItStandsBehind(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            for number in 1...5 { try bus.publish(id: "\(number)-0", zone: "\(number)") }
            try bus.consume()
            try bus.run("XGROUP DESTROY caracal.keys.invalidate sts-keys")
            try bus.run("XGROUP CREATE caracal.keys.invalidate sts-keys $")
            let item = try #require(Diagnosis(try bus.examine()).items.first { $0.check == "skipped-entries" })
            #expect(item.urgency == .now && item.outcome.status == .warning)
            #expect(
                text(item.outcome)
                    == "sts-keys on caracal.keys.invalidate was created at $, or put, behind 5 entries and was given none of "
                    + "them since: they have no effect, unless it had read them before it was removed and made again"
            )
            #expect(
                item.outcome.fix
                    == "caracalctl group seek keys.invalidate sts-keys --to start # delivers the 5 entries, twice for who had "
                    + "read them"
            )
        }
    }

    /// What the server loaded when it started may be of a group that was made again before: it counts only what was removed since.
    @Test func aGroupBehindOlderEntriesMayHaveReadThem() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.run("DEL caracal.policy.invalidate")
            for number in 1...3 { try bus.publish("caracal.policy.invalidate", id: "\(number)-0", zone: "\(number)") }
            try bus.run("XGROUP CREATE caracal.policy.invalidate opa-engine $")
            let first = try #require(Diagnosis(try bus.examine()).items.first)
            #expect(first.check == "skipped-entries" && first.urgency == .lost)
            #expect(
                text(first.outcome)
                    == "opa-engine on caracal.policy.invalidate was created at $, or put, behind 3 entries and was given none "
                    + "of them since: they have no effect, unless it had read them before it was removed and made again"
            )
            let fix = try #require(first.outcome.fix?.text)
            #expect(fix.contains(" # delivers the 3 entries, twice for who had read them"), "\(fix)")
        }
    }

    /// A consumer that was given entries before may have read them all: a doubt, and no more.
    @Test func aGroupWhoseConsumersHaveReadIsOnlyDoubted() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            for number in 1...5 { try bus.publish(id: "\(number)-0", zone: "\(number)") }
            try bus.consume()
            try bus.run("XGROUP SETID caracal.keys.invalidate sts-keys 3-0")
            let item = try #require(Diagnosis(try bus.examine()).items.first { $0.check == "skipped-entries" })
            #expect(item.urgency == .later && item.outcome.status == .warning)
            #expect(
                text(item.outcome)
                    == "sts-keys on caracal.keys.invalidate was put behind 3 entries and may not have read them: then it will not "
                    + "see them"
            )
        }
    }

    /// Before 7.2 nothing tells whether its consumer was ever given anything: a doubt, below failures.
    @Test func aGroupOfWhichNothingIsToldIsDoubtedBelowFailures() throws {
        try withServer(.v7_0, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            for number in 1...5 { try bus.publish(id: "\(number)-0", zone: "\(number)") }
            try bus.consume()
            try bus.run("XGROUP SETID caracal.keys.invalidate sts-keys 3-0", "DEL caracal.agents.lifecycle")
            let items = Diagnosis(try bus.examine()).items
            #expect(items.first?.check == "streams", "\(items.prefix(3))")
            #expect(items.first { $0.check == "skipped-entries" }?.urgency == .now)
        }
    }

    /// Each host's group begins at $ by design.
    @Test func aHostsGroupSkipsNothing() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.publish("caracal.sessions.revoke")
            try bus.consume("caracal.sessions.revoke", "sts-revocation")
            try bus.consume("caracal.sessions.revoke", "resource-revocation")
            try bus.run(
                "XGROUP CREATE caracal.sessions.revoke gateway-revocation:h1 $",
                "XGROUP CREATECONSUMER caracal.sessions.revoke gateway-revocation:h1 h1"
            )
            #expect(try outcomes(.skippedEntries, bus).map(\.status) == [.ok])
        }
    }

    // MARK: Missing

    @Test func whatIsMissingIsOneFindingAndItsFixSkipsNothing() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            for number in 1...40 { try bus.publish("caracal.sessions.revoke", id: "\(number)-0", zone: "\(number)") }
            try bus.run(
                "XGROUP DESTROY caracal.sessions.revoke resource-revocation",
                "XGROUP DESTROY caracal.audit.events siem-export",
                "DEL caracal.keys.invalidate caracal.agents.lifecycle"
            )
            let diagnosis = Diagnosis(try bus.examine())
            let items = diagnosis.items.filter { $0.check == "streams" || $0.check == "groups" }
            #expect(items.map(\.check) == ["streams", "groups"])
            #expect(items.map(\.explainedBy) == [nil, "streams"])
            #expect(
                items.map { text($0.outcome) } == [
                    "2 streams do not exist: caracal.keys.invalidate, caracal.agents.lifecycle",
                    "2 groups do not exist, their consumers get NOGROUP: siem-export on caracal.audit.events, resource-revocation on "
                        + "caracal.sessions.revoke (40 entries there)",
                ]
            )
            #expect(
                items.map(\.outcome.fix) == [
                    "caracalctl provision --start 0 # creates all that is missing, and has no group skip what waits",
                    "caracalctl provision audit.events sessions.revoke --start 0 # delivers the 40 entries there; without --start 0 "
                        + "they are skipped",
                ]
            )
        }
    }

    // MARK: Lost

    @Test(arguments: [RedisBinary.v7_0, .v8_2, .valkey9_1])
    func aLossHasItsRangeAndWhoDidIt(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.publish(id: "5-0")
            try bus.consume()
            for number in 6...20 { try bus.publish(id: "\(number)-0", zone: "\(number)") }
            try bus.run("XTRIM caracal.keys.invalidate MAXLEN 4", "XTRIM caracal.keys.invalidate MAXLEN 4")
            let outcome = try #require(try outcomes(.loss, bus).first)
            #expect(
                text(outcome)
                    == "sts-keys on caracal.keys.invalidate lost 11 entries by the server's counters: removed before they were "
                    + "delivered, ids behind 5-0 (at 5) and before 17-0 (at 17). Note this: it cannot be seen any more once the group "
                    + "reads on"
            )
            #expect(
                evidence(outcome) == "XTRIM was called 2 times since the server started or its statistics were reset"
            )
            #expect(
                outcome.fix
                    == "caracalctl outbox reconcile --since 0 --until 17 --stream keys.invalidate --requeue --unknown # with "
                    + "DATABASE_URL set to the services' database; who has read them gets them twice; where fewer are "
                    + "planned than were lost, with an earlier --since; no bound removed it: find out who did"
            )
        }
    }

    /// What publishes again names no group: it is the fix whatever the group is called.
    @Test(arguments: [RedisBinary.v7_0, .v8_2, .valkey9_1])
    func aLossOfAGroupWhoseNameIsNoTextHasItsFix(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            let name: [UInt8] = [0x2D, 0xFF]
            let words = { (text: String) in text.split(separator: " ").map { Array($0.utf8) } }
            let stream = "caracal.keys.invalidate"
            try bus.publish(id: "5-0")
            for (command, arguments) in [
                ("XGROUP", words("CREATE \(stream)") + [name] + words("0")),
                ("XREADGROUP", words("GROUP") + [name] + words("reader STREAMS \(stream) >")),
            ] {
                let reply = try bus.connection.send(Command(command, arguments: arguments))
                #expect(reply.root.error == nil)
            }
            for number in 6...20 { try bus.publish(id: "\(number)-0", zone: "\(number)") }
            try bus.run("XTRIM \(stream) MAXLEN 4")
            let outcome = try #require(try outcomes(.loss, bus).first { $0.group == name })
            #expect(outcome.status == .failure)
            #expect(
                outcome.fix
                    == "caracalctl outbox reconcile --since 0 --until 17 --stream keys.invalidate --requeue --unknown # with "
                    + "DATABASE_URL set to the services' database; who has read them gets them twice; where fewer are "
                    + "planned than were lost, with an earlier --since; no bound removed it: find out who did"
            )
        }
    }

    /// The group stands ahead of the first entry, which is there.
    @Test func whatWasDeletedAtTheEndIsNotLookedForAheadOfTheFirst() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.publish(id: "4-0")
            try bus.consume()
            for number in 5...9 { try bus.publish(id: "\(number)-0", zone: "\(number)") }
            try bus.run("XDEL caracal.keys.invalidate 4-0 8-0 9-0")
            let outcome = try #require(try outcomes(.loss, bus).first)
            #expect(
                text(outcome).contains(", ids behind 4-0 (at 4) and up to 9-0 (at 9). Note this"),
                "\(text(outcome))"
            )
        }
    }

    /// What was deleted may have been read before: by a group that was put back, and by one of the same name before it was made anew.
    @Test(arguments: [RedisBinary.v7_0, .v8_2, .valkey9_1], ["SETID", "CREATE", "seek", "seek to the second"])
    func whatMayHaveBeenReadIsNotCalledLost(binary: RedisBinary, how: String) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            for number in 1...5 { try bus.publish(id: "\(number)-0", zone: "\(number)") }
            try bus.consume()
            try bus.run("XDEL caracal.keys.invalidate 3-0")
            #expect(try outcomes(.loss, bus).map(\.status) == [.ok])
            let (stream, group) = (StreamTable["keys.invalidate"], Array("sts-keys".utf8))
            switch how {
            case "SETID": try bus.run("XGROUP SETID caracal.keys.invalidate sts-keys 0")
            case "CREATE":
                try bus.run(
                    "XGROUP DESTROY caracal.keys.invalidate sts-keys",
                    "XGROUP CREATE caracal.keys.invalidate sts-keys 0"
                )
            default:
                let second = EntryID(milliseconds: 2, sequence: 0)
                let move = GroupMove(
                    stream: stream,
                    group: group,
                    place: how == "seek" ? .start : .id(second),
                    creates: false
                )
                let channel = ReconnectingChannel(bus.connection) { () throws(RedisError) in
                    throw RedisError(
                        target: "",
                        phase: .connecting,
                        cause: .unexpected("no second connection was expected")
                    )
                }
                #expect(move.apply(try move.plan(on: bus.connection).get(), on: channel).outcome == .done)
            }
            // Before it reads, and once it has come nearer to the entry.
            for isNearer in [false, true] {
                let isAtStart = !isNearer && how != "seek to the second"
                let reason =
                    isAtStart
                    ? "the stream begins behind its position, and the server does not tell what was removed"
                    : "one behind its position was deleted, and the server does not tell whether it had been delivered"
                let found = try outcomes(.loss, bus)
                #expect(found.map(\.status) == [.unknown])
                let outcome = try #require(found.first)
                #expect(text(outcome) == "sts-keys on caracal.keys.invalidate may have lost entries: \(reason)")
                #expect(outcome.fix == nil)
                let check = try Check().run(on: bus.connection)
                #expect(check.faults.filter { $0.state == .critical } == [])
                #expect(check.faults.contains(.lost(stream, group: group, isAtStart ? .possible : .deleted)))
                #expect(check.groups.first { $0.name == group }?.lost == .unknown)
                try bus.run("XREADGROUP GROUP sts-keys c COUNT 1 STREAMS caracal.keys.invalidate >")
            }
        }
    }

    /// What is back in its stream must not be published again.
    @Test func whatARedriveRemovesIsNoLoss() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            let letters = "caracal.audit.events.dlq"
            for number in 1...5 { try bus.run("XADD \(letters) \(number)-0 reason pg_permanent_error") }
            try bus.run("XREADGROUP GROUP audit-dlq-observer one COUNT 1 STREAMS \(letters) >")
            try bus.run("XDEL \(letters) 1-0 2-0 3-0")
            let outcome = try #require(try outcomes(.loss, bus).first)
            #expect(outcome.status == .note)
            #expect(
                text(outcome)
                    == "audit-dlq-observer on \(letters) lost 2 entries by the server's counters: removed before they were delivered: dlq "
                    + "redrive and dlq purge remove dead letters, whether or not a group was given them"
            )
            #expect(outcome.fix == nil)
            #expect(
                !(try Check().run(on: bus.connection).faults.contains { if case .lost = $0 { true } else { false } })
            )
        }
    }

    @Test func aBoundThatTrimsIsToBeRaised() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            var bus = try DoctorBus(server)
            try bus.fill(10_000)
            try bus.run("XADD caracal.keys.invalidate MAXLEN = 9000 * a b")
            let diagnosis = try bus.examine()
            // It is far from its bound now: another MAXLEN did it.
            let outcome = try #require(HealthCheck.loss.examine(diagnosis).first)
            #expect(
                outcome.fix?.text.hasSuffix(
                    "; a publisher trims below the bound: see CARACAL_OUTBOX_STREAM_MAXLEN (API), STREAMS_MAXLEN (Coordinator)"
                ) == true
            )
            #expect(
                evidence(outcome)
                    == "nobody called XTRIM or XDEL since the server started or its statistics were reset: a publisher "
                    + "trims (XADD MAXLEN)"
            )
            try bus.run("XADD caracal.keys.invalidate MAXLEN = 9001 * a b")
            for _ in 0..<10 {
                _ = try bus.connection.pipeline(
                    (0..<100).map { _ in Command("XADD", "caracal.keys.invalidate", "MAXLEN", "10000", "*", "a", "b") }
                )
            }
            let raised = try #require(try outcomes(.loss, bus).first)
            #expect(raised.fix?.text.hasSuffix("raise the bound or add consumers") == true)
        }
    }

    // MARK: Ahead of time

    @Test(arguments: RedisBinary.allCases)
    func anExplicitIDOfTheFutureHasItsPlace(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            try bus.publish()
            let time = 400 * 86_400_000 + (try bus.connection.ask(ServerTime()).value ?? 0) + 3_600_000
            try bus.publish(id: "\(time)-0")
            for _ in 0..<5 { try bus.publish() }
            let outcome = try #require(try outcomes(.futureIDs, bus).first)
            #expect(
                text(outcome)
                    == "caracal.keys.invalidate was given an explicit id 400 days ahead at \(time)-0 (at \(time)); entries "
                    + "added since go on from there, 6 in all. The server's clock is right"
            )
            #expect(evidence(outcome) == "last id \(time)-5 (at \(time))")
            #expect(
                outcome.fix?.text.contains("DEL caracal.keys.invalidate && caracalctl provision keys.invalidate")
                    == true
            )
            try bus.run("DEL caracal.keys.invalidate")
            try provision(bus.connection)
            #expect(try outcomes(.futureIDs, bus).map(\.status) == [.ok])
        }
    }

    // MARK: Databases

    /// A server may have more databases than the sixteen that it has by default.
    @Test func aDatabaseBehindTheSixteenthIsSeen() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb", "databases 64"]) { server in
            let bus = try DoctorBus(server)
            try bus.run("SELECT 40", "SET x 1", "SELECT 2", "SET x 1", "SELECT 0")
            let found = try outcomes(.databases, bus)
            #expect(found.map(\.status) == [.note, .note])
            #expect(found.map(text) == [2, 40].map { "db \($0) is in use, which is none of Caracal's" })
        }
    }

    // MARK: Dead letters

    @Test func deadLettersAreSortedByWhatCanBecomeOfThem() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            for _ in 0..<6 { try bus.bury(CheckSupport.audited("{}", "src_")) }
            try bus.bury(CheckSupport.audited("{}", "src_", with: CheckSupport.otherKey))
            let audit = try bus.connection.run("XREVRANGE caracal.audit.events.dlq + - COUNT 1").root[0]?[0]?.text
            let last = String(decoding: audit ?? [], as: UTF8.self)
            var newest = ""
            for number in 1...4 {
                let source = CheckSupport.json(try CheckSupport.signed(["zone_id": "\(number)"]))
                let letter = CheckSupport.message([
                    "source_id": "\(number)-1", "reason": "missing_revocation_anchor", "payload": source,
                ])
                newest = try bus.add(letter, to: "caracal.sessions.revoke.dead")
            }
            let items = Diagnosis(try bus.examine()).items.filter { $0.check.hasPrefix("dead-letter") }
            #expect(items.map(\.check) == ["dead-letters", "dead-letter-signatures"])
            #expect(items.map(\.explainedBy) == [nil, "dead-letters"])
            #expect(
                text(items[0].outcome)
                    == "2 streams hold 11 dead letters: at most 6 can go back (audit.events.dlq); 1 is evidence, altered or "
                    + "forged (audit.events.dlq); 4 revocations never had an effect (sessions.revoke.dead)"
            )
            #expect(
                items[0].outcome.fix
                    == "caracalctl dlq redrive --stream audit.events.dlq && caracalctl dlq export --stream audit.events.dlq "
                    + "--until \(last) --to audit.events.dlq.ndjson && caracalctl dlq export --stream sessions.revoke.dead "
                    + "--until \(newest) --to sessions.revoke.dead.ndjson && caracalctl dlq purge --exported "
                    + "audit.events.dlq.ndjson && caracalctl dlq purge --exported sessions.revoke.dead.ndjson # once their cause "
                    + "is gone: puts back at most 6, none that is in its stream again; the files keep the other 5; find out who "
                    + "wrote what is evidence; revoke again what never had an effect"
            )
            #expect(text(items[1].outcome).contains("invalid signature"))
        }
    }

    /// With the right key all of them could go back.
    @Test func whileNoSignatureHoldsNoDeadLetterIsRemoved() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            var bus = try DoctorBus(server)
            for _ in 0..<6 { try bus.bury(CheckSupport.audited("{}", "src_")) }
            let source = CheckSupport.json(try CheckSupport.signed(["zone_id": "z"]))
            let letter = CheckSupport.message([
                "source_id": "1-1", "reason": "missing_revocation_anchor", "payload": source,
            ])
            try bus.add(letter, to: "caracal.sessions.revoke.dead", id: "1-1")
            let last = try bus.connection.run("XREVRANGE caracal.audit.events.dlq + - COUNT 1").root[0]?[0]
            let newest = String(decoding: last?.text ?? [], as: UTF8.self)
            bus.keys = SignatureKeys(fields: CheckSupport.key, audit: CheckSupport.otherKey)
            let outcome = try #require(try outcomes(.deadLetters, bus).first)
            #expect(
                text(outcome)
                    == "2 streams hold 7 dead letters: 6 are evidence, altered or forged (audit.events.dlq); 1 revocation "
                    + "never had an effect (sessions.revoke.dead)"
            )
            #expect(
                outcome.fix
                    == "caracalctl dlq export --stream audit.events.dlq --until \(newest) --to audit.events.dlq.ndjson && "
                    + "caracalctl dlq export --stream sessions.revoke.dead --until 1-1 --to sessions.revoke.dead.ndjson # the "
                    + "files keep them; revoke again what never had an effect; most signatures in audit.events.dlq do not hold: "
                    + "is this the right key?"
            )
            bus.keys = CheckSupport.keys
            try bus.run("DEL caracal.sessions.revoke.dead")
            #expect(
                try outcomes(.deadLetters, bus).first?.fix
                    == "caracalctl dlq redrive --stream audit.events.dlq # once their cause is gone: puts back at "
                    + "most 6, none that is in its stream again"
            )
            // One letter that was signed with the wrong key does not make it the right one.
            try bus.bury(CheckSupport.audited("{}", "src_", with: CheckSupport.otherKey))
            bus.keys = SignatureKeys(fields: CheckSupport.key, audit: CheckSupport.otherKey)
            let end = try bus.connection.run("XREVRANGE caracal.audit.events.dlq + - COUNT 1").root[0]?[0]?.text
            #expect(
                try outcomes(.deadLetters, bus).first?.fix?.text
                    == "caracalctl dlq export --stream audit.events.dlq --until \(String(decoding: end ?? [], as: UTF8.self)) "
                    + "--to dead.ndjson # the file keeps them; most signatures in audit.events.dlq do not hold: is this the right key?"
            )
        }
    }

    /// What else is there, even one that could go back, does not hide that the key may be another one.
    @Test func whileNoSignatureHoldsNoDeadLetterIsRedriven() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            for _ in 0..<5 { try bus.bury(CheckSupport.audited("{}", "src_", with: CheckSupport.otherKey)) }
            var letter = try CheckSupport.audited("{}", "src_")
            letter.append(name: Array("reason".utf8), value: Array("json_parse_error".utf8))
            try bus.add(letter, to: "caracal.audit.events.dlq")
            try bus.add(CheckSupport.message(["reason": "json_parse_error"]), to: "caracal.audit.events.dlq")
            let fix =
                "caracalctl dlq --stream audit.events.dlq # most signatures in audit.events.dlq do not hold: is this the "
                + "right key?"
            #expect(try outcomes(.deadLetters, bus).first?.fix?.text == fix)
            try bus.bury(CheckSupport.audited("{}", "src_"))
            let outcome = try #require(try outcomes(.deadLetters, bus).first)
            #expect(text(outcome).contains("1 can go back; 5 are evidence"), "\(text(outcome))")
            #expect(outcome.fix?.text == fix)
        }
    }

    /// Another stream's key may be the right one.
    @Test func aStreamInDoubtLeavesTheOthersTheirRedrive() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            for _ in 0..<2 { try bus.bury(CheckSupport.audited("{}", "src_")) }
            let last = try bus.connection.run("XREVRANGE caracal.audit.events.dlq + - COUNT 1").root[0]?[0]?.text
            let source = try CheckSupport.signed(["zone_id": "z"], with: CheckSupport.otherKey)
            let letter = CheckSupport.message([
                "source_id": "1-1", "reason": "storage_error", "payload": CheckSupport.json(source),
            ])
            try bus.add(letter, to: "caracal.sessions.revoke.dead", id: "1-1")
            #expect(
                try outcomes(.deadLetters, bus).first?.fix?.text
                    == "caracalctl dlq redrive --stream audit.events.dlq && caracalctl dlq export --stream audit.events.dlq "
                    + "--until \(String(decoding: last ?? [], as: UTF8.self)) --to audit.events.dlq.ndjson && caracalctl dlq "
                    + "export --stream sessions.revoke.dead --until 1-1 --to sessions.revoke.dead.ndjson # once their cause is "
                    + "gone: puts back at most 2, none that is in its stream again; the files keep the other 1; most signatures "
                    + "in sessions.revoke.dead do not hold: is this the right key?"
            )
        }
    }

    /// Without a key nothing is known to be wrong.
    @Test func withoutAKeyNoSignatureOfADeadLetterIsCalledWrong() throws {
        try withServer(.v8_2, extra: ["maxmemory 2gb"]) { server in
            var bus = try DoctorBus(server)
            bus.keys = SignatureKeys()
            var letter = try CheckSupport.audited("{}", "src_")
            letter.append(name: Array("reason".utf8), value: Array("hmac_verify_failed".utf8))
            try bus.add(letter, to: "caracal.audit.events.dlq", id: "1-1")
            #expect(
                try outcomes(.deadLetters, bus).first?.fix?.text
                    == "caracalctl dlq export --stream audit.events.dlq --until 1-1 --to dead.ndjson # the file keeps them; the "
                    + "signatures in audit.events.dlq were not checked: AUDIT_HMAC_KEY is not set"
            )
            // One that is set and cannot be used is not called unset.
            bus.setup = LocalSetup(keys: [
                LocalSetup.Key(scheme: .audit, variable: "AUDIT_HMAC_KEY", state: .unusable("it is no key"))
            ])
            #expect(
                try outcomes(.deadLetters, bus).first?.fix?.text
                    == "caracalctl dlq export --stream audit.events.dlq --until 1-1 --to dead.ndjson # the file keeps them; the "
                    + "signatures in audit.events.dlq were not checked: AUDIT_HMAC_KEY cannot be used"
            )
        }
    }
}
