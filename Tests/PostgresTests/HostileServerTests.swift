import Redis
import TestSupport
import Testing

@testable import Postgres

/// Servers that speak the protocol, and answer what no Postgres would.
@Suite struct HostileServerTests {
    /// A message of the protocol.
    private static func message(_ type: Unicode.Scalar, _ body: [UInt8] = []) -> [UInt8] {
        [UInt8(ascii: type)] + bigEndian(UInt32(body.count + 4)) + body
    }

    private static func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

    private static let ready = message("Z", [UInt8(ascii: "I")])

    /// What a statement comes to whose answer is this; the connection as well, which keeps the rows' server alive.
    private func ask(_ answer: [UInt8]) throws -> (Result<PostgresRows, PostgresError>, PostgresConnection) {
        let place = "/d?sslmode=disable&gssencmode=disable"
        // The first eight bytes of what a client says tell how much that is.
        let refusing = try ScriptedPeer([[.expectBytes(8), .close]])
        _ = failure { () throws(PostgresError) in try connect("postgres://u:p@127.0.0.1:\(refusing.port)\(place)") }
        #expect(refusing.finish())
        let size = refusing.received().prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let peer = try ScriptedPeer([
            [
                .expectBytes(size), .send(Self.message("R", [0, 0, 0, 0]) + Self.ready), .expectBytes(5),
                .send(answer + Self.ready), .silent,
            ]
        ])
        let connection = try connect("postgres://u:p@127.0.0.1:\(peer.port)\(place)")
        do throws(PostgresError) {
            return (.success(try connection.query("SELECT a, b FROM t")), connection)
        } catch {
            return (.failure(error), connection)
        }
    }

    /// The name that the server stumbled over, which it may give no true place of.
    @Test(arguments: [
        ("8", "a"), ("0", nil), ("-5", nil), ("-9223372036854775808", nil), ("9223372036854775807", nil), ("x", nil),
    ])
    func theNameInARefusalMayBeAnywhere(position: String, name: String?) throws {
        let fields = ["SERROR", "VERROR", "C42703", "Mwrong", "P\(position)"].flatMap(Self.text) + [0]
        let (answer, connection) = try ask(Self.message("E", fields))
        guard case .failure(let error) = answer else {
            Issue.record("it is no error")
            return
        }
        #expect(error.refusal?.kind == .undefinedColumn)
        #expect(error.refusal?.name == name)
        #expect(connection.isOpen)
    }

    @Test func aColumnThatWasLeftOutIsNULL() throws {
        let column = Self.text("a") + [UInt8](repeating: 0, count: 18)
        let row = Self.message("D", Self.bigEndian(UInt16(1)) + Self.bigEndian(UInt32(1)) + [UInt8(ascii: "7")])
        let (answer, _) = try ask(
            Self.message("1") + Self.message("2") + Self.message("T", Self.bigEndian(UInt16(1)) + column) + row
                + Self.message("C", Self.text("SELECT 1"))
        )
        let rows = try answer.get()
        let first = try #require(rows.first)
        #expect(rows.count == 1 && first.integer(0) == 7)
        #expect(first.isNull(1) && first.bytes(7) == nil && first.bytes(-1) == nil)
    }

    /// Of these libpq has the same result again and again.
    @Test(arguments: ["G", "H", "W"] as [Unicode.Scalar])
    func whatBeginsACopyIsNoAnswer(type: Unicode.Scalar) throws {
        let (answer, connection) = try ask(Self.message("1") + Self.message("2") + Self.message(type, [0, 0, 0]))
        guard case .failure(let error) = answer else {
            Issue.record("it is no error")
            return
        }
        #expect(error.cause == .unexpected("it answered a statement with something other than rows"))
        #expect(!connection.isOpen)
    }
}
