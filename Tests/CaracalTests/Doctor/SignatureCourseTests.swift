import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
import Text

/// From where on signatures do not hold, and what that is called.
@Suite struct SignatureCourseTests {
    private static let stream = "caracal.sessions.revoke"

    /// Entries one second apart, each valid or signed with another key: what doctor says of them.
    ///
    /// - Parameters:
    ///   - marks: `v` is valid, `x` signed with another key, `o` that without an `outbox_id`, `u` unsigned.
    ///   - elsewhere: what another stream has beside each that is not valid.
    ///   - outboxes: what was seen of the outboxes.
    private func finding(
        _ marks: [Character],
        on binary: RedisBinary = .v8_2,
        elsewhere: Character? = nil,
        outboxes: OutboxSight<OutboxExamination>? = nil,
        ids: (Int) -> String = { "\(1_700_000_000_000 + $0 * 1000)-0" }
    ) throws -> (text: String, fix: String?) {
        try withServer(binary, extra: ["maxmemory 2gb"]) { server in
            let bus = try DoctorBus(server)
            for (number, mark) in marks.enumerated() {
                let fields: KeyValuePairs = ["zone_id": "\(number)", "outbox_id": "\(number)"]
                let message =
                    switch mark {
                    case "u": CheckSupport.message(fields)
                    case "o":
                        try CheckSupport.signed(["zone_id": "a"], for: Self.stream, with: CheckSupport.otherKey)
                    case "x": try CheckSupport.signed(fields, for: Self.stream, with: CheckSupport.otherKey)
                    default: try CheckSupport.signed(fields, for: Self.stream)
                    }
                try bus.add(message, to: Self.stream, id: ids(number))
                guard mark != "v", let elsewhere else { continue }
                let key = elsewhere == "v" ? CheckSupport.key : CheckSupport.otherKey
                let other = try CheckSupport.signed(fields, for: "caracal.keys.invalidate", with: key)
                try bus.add(other, to: "caracal.keys.invalidate", id: ids(number))
            }
            var examination = try bus.examine()
            examination.outboxes = outboxes
            let outcomes = HealthCheck.signatures.examine(examination).filter {
                $0.status == .failure && $0.stream == Self.stream
            }
            #expect(outcomes.count == 1)
            return (outcomes.first?.sentence.text { "\($0)" }.text ?? "", outcomes.first?.fix?.text)
        }
    }

    private func marks(_ parts: (Character, Int)...) -> [Character] {
        parts.flatMap { Array(repeating: $0.0, count: $0.1) }
    }

    private func id(_ number: Int) -> String { "\(1_700_000_000_000 + number * 1000)-0" }
    private func entry(_ number: Int) -> String { "\(id(number)) (\(1_700_000_000_000 + number * 1000))" }

    @Test(arguments: [(1, 50), (100, 50), (3, 5), (500, 20), (77, 333), (19, 21), (20, 20)])
    func theBorderIsFoundToTheEntry(valid: Int, invalid: Int) throws {
        let (text, fix) = try finding(marks(("v", valid), ("x", invalid)))
        #expect(
            text
                == "\(Self.stream): valid until \(entry(valid - 1)), all \(invalid) since are invalid: a publisher has another key "
                + "since then, or they were forged; no consumer has acted on them"
        )
        let (list, resign) = ("caracalctl verify-sig sessions.revoke", "caracalctl publish sessions.revoke --resign")
        let since = "--since \(id(valid))"
        #expect(
            fix
                == "\(list) \(since) # if this is the key that the services have now, and you know that the services wrote them: "
                + "\(resign) \(since) --force"
        )
    }

    /// Where the other streams hold at that time it is this one's publisher, however many of its entries do not.
    @Test func otherStreamsThatHoldShowThatTheKeyIsRight() throws {
        let (text, fix) = try finding(marks(("v", 3), ("x", 30)), elsewhere: "v")
        #expect(
            text.hasSuffix(
                "are invalid: a publisher has another key since then, or they were forged; no consumer has acted on them"
            )
        )
        #expect(fix?.hasPrefix("caracalctl publish sessions.revoke --resign --since \(id(3)) # shows them") == true)
    }

    /// Where they do not, the key here is perhaps the one of before: then all good ones since would be published again.
    @Test func otherStreamsThatFailShowThatTheKeyIsPerhapsTheOneOfBefore() throws {
        let (text, fix) = try finding(marks(("v", 60), ("x", 30)), elsewhere: "x", outboxes: Self.seen)
        #expect(
            text
                == "\(Self.stream): valid until \(entry(59)), all 30 since are invalid: a publisher has another key since then, or "
                + "the key here is the one of before, or they were forged; no consumer has acted on them"
        )
        let start = 1_700_000_000_000 + 60_000 - 3_600_000
        #expect(
            fix
                == "caracalctl verify-sig sessions.revoke --since \(id(60)) # is this the right key? If it is, and you know that the "
                + "services wrote them: caracalctl outbox reconcile --since \(start) --stream sessions.revoke --requeue --invalid --force"
        )
    }

    @Test(arguments: RedisBinary.allCases)
    func itIsFoundOnEveryServer(binary: RedisBinary) throws {
        let (text, _) = try finding(marks(("v", 60), ("x", 30)), on: binary)
        #expect(text.contains("valid until \(entry(59)), all 30 since are invalid"))
    }

    /// Many entries of one millisecond, and ids that jump: the gap is halved in both parts of an id.
    @Test func idsOfOneMillisecondAndJumpsAreHalvedToo() throws {
        let (text, _) = try finding(marks(("v", 90), ("x", 110)), ids: { "5-\($0 + 1)" })
        #expect(text.contains("valid until 5-90 (5), all 110 since are invalid"))
        let (later, _) = try finding(
            marks(("v", 70), ("x", 40)),
            ids: { $0 < 70 ? "\($0 + 1)-0" : "\(1_900_000_000_000_000 + $0)-\(UInt64.max)" }
        )
        #expect(later.contains("valid until 70-0 (70), all 40 since are invalid"))
    }

    @Test func oneEntryAtTheEndMayBeForged() throws {
        let (text, fix) = try finding(marks(("v", 200), ("x", 1)))
        #expect(
            text
                == "\(Self.stream): valid until \(entry(199)), the one entry since, \(id(200)), is invalid: a publisher has another key "
                + "since then, or it was forged; no consumer has acted on it"
        )
        #expect(fix == "caracalctl get sessions.revoke \(id(200)) \(Self.remark)")
    }

    /// Whether one publisher has another key or somebody forged them nobody can tell of a few: they are looked at first.
    @Test(arguments: [2, 4])
    func aFewAtTheEndAreListedBeforeTheyAreSigned(invalid: Int) throws {
        let (_, fix) = try finding(marks(("v", 60), ("x", invalid)))
        #expect(
            fix
                == "caracalctl verify-sig sessions.revoke --since \(id(60)) # so few may be forged; if you know that the services "
                + "wrote them: caracalctl publish sessions.revoke --resign --since \(id(60))"
        )
    }

    @Test func whatHasNoOutboxIDIsNotProposedToBeSigned() throws {
        let (_, fix) = try finding(marks(("v", 60), ("x", 9), ("o", 1), ("x", 20)), elsewhere: "v")
        #expect(
            fix
                == "caracalctl verify-sig sessions.revoke --since \(id(60)) # 1 has no outbox_id: no service wrote it; of the "
                + "others: caracalctl publish sessions.revoke --resign --id ID"
        )
        let (_, all) = try finding(marks(("v", 60), ("o", 7)), elsewhere: "v")
        #expect(all?.hasPrefix("caracalctl verify-sig ") == true && all?.contains("# 7 have no outbox_id") == true)
    }

    // MARK: With the database of the outboxes

    private static let seen = OutboxSight.seen(OutboxExamination(OutboxStatus.Report(lines: [], problems: [], now: 0)))

    /// Then nothing has to be signed whose writer nobody knows: the rows are published anew.
    @Test func whereTheOutboxesAreSeenTheRowsArePublishedAnew() throws {
        let start = 1_700_000_000_000 + 60_000 - 3_600_000
        let command = "caracalctl outbox reconcile --since \(start) --stream sessions.revoke --requeue --invalid"
        let (_, fix) = try finding(marks(("v", 60), ("x", 30)), elsewhere: "v", outboxes: Self.seen)
        #expect(
            fix
                == "\(command) # once the publisher has the right key, with which it publishes the rows anew: what was forged "
                + "stays invalid"
        )
        let (_, few) = try finding(marks(("v", 60), ("x", 2)), outboxes: Self.seen)
        #expect(
            few
                == "caracalctl verify-sig sessions.revoke --since \(id(60)) # so few may be forged; if you know that the services "
                + "wrote them: \(command)"
        )
        let (_, many) = try finding(marks(("v", 60), ("x", 1_100)), elsewhere: "v", outboxes: Self.seen)
        #expect(
            many?.contains(" --stream sessions.revoke --limit 1100 --requeue --invalid # ") == true,
            "\(many ?? "")"
        )
    }

    @Test func whereTheyCannotBeSeenTheEntriesAre() throws {
        let (_, fix) = try finding(marks(("v", 60), ("x", 30)), elsewhere: "v", outboxes: .unreachable("no"))
        #expect(fix?.hasPrefix("caracalctl publish sessions.revoke --resign --since \(id(60)) ") == true)
    }

    @Test func alternatingKeysAreTwoPublishers() throws {
        let (text, fix) = try finding(marks(("v", 40)) + (0..<60).map { $0 % 2 == 0 ? "x" : "v" })
        #expect(
            text
                == "\(Self.stream): 30 of 60 entries since \(entry(40)) are invalid, valid ones stand in between: two publishers, two "
                + "keys; no consumer has acted on them"
        )
        #expect(fix == "caracalctl verify-sig sessions.revoke --since \(id(40))")
    }

    @Test func whatIsValidAgainHadAnotherKeyForATime() throws {
        let (text, _) = try finding(marks(("v", 50), ("x", 12), ("v", 10)))
        #expect(
            text
                == "\(Self.stream): 12 entries from \(entry(50)) to \(entry(61)) are invalid, those around them are valid: a publisher "
                + "had another key for that time, or they were forged; no consumer has acted on them"
        )
    }

    /// What stands behind the command that shows one entry.
    private static let remark = "# what it is, why its signature does not hold, who was given it"

    @Test func oneAmongValidOnesWasAlteredOrForged() throws {
        let (text, fix) = try finding(marks(("v", 50), ("x", 1), ("v", 10)))
        #expect(
            text
                == "\(Self.stream): the entry \(entry(50)) is invalid, those around it are valid: it was altered, forged or signed with "
                + "another key, and no consumer has acted on it"
        )
        #expect(fix == "caracalctl get sessions.revoke \(id(50)) \(Self.remark)")
    }

    @Test func onlyWhereNothingIsValidIsTheKeyInDoubt() throws {
        let (text, fix) = try finding(marks(("x", 100)))
        #expect(text == "\(Self.stream): all signatures that were looked at are invalid (is this the right key?)")
        #expect(fix == "caracalctl verify-sig sessions.revoke")
        // One valid entry among the oldest is enough.
        #expect(try !finding(marks(("v", 1), ("x", 300))).text.contains("right key?"))
    }

    @Test func aPublisherThatSignsNothingAnyMoreHasNoKey() throws {
        let (text, _) = try finding(marks(("v", 30), ("u", 25)))
        #expect(
            text
                == "\(Self.stream): valid until \(entry(29)), all 25 since are unsigned: a publisher has no key since then, or they "
                + "were forged; no consumer has acted on them"
        )
    }

    /// Of a part of a stream nobody knows whether older entries are valid.
    @Test func aPartThatIsAllInvalidIsNoDoubtOfTheKey() throws {
        try withServer { server in
            let connection = try server.connect()
            let bus = try DoctorBus(server)
            for number in 1...4 {
                let key = number < 3 ? CheckSupport.key : CheckSupport.otherKey
                try bus.add(
                    CheckSupport.signed(["zone_id": "a"], for: Self.stream, with: key),
                    to: Self.stream,
                    id: "\(number)-0"
                )
            }
            func texts(from: StreamPosition) throws -> [String] {
                var check = try SignatureCheck(keys: CheckSupport.keys, rules: SignatureRules())
                let target = SignatureTarget(key: Array(Self.stream.utf8))
                let verify = VerifySignatures(targets: [target], selection: .range(from: from, to: .end))
                return try verify.run(on: connection, &check, clock: 0) { _ in }.findings.map(\.message.text)
            }
            #expect(
                try texts(from: .id(EntryID(milliseconds: 3, sequence: 0))) == [
                    "\(Self.stream): all 2 signatures are invalid"
                ]
            )
        }
    }
}
