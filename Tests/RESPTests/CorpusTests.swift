import FoundationEssentials
import Testing

@testable import RESP

/// The seeds of the fuzzer and all it ever found: files of what a server might send.
@Suite struct CorpusTests {
    private static let folder = "\(#filePath.dropLast("RESPTests/CorpusTests.swift".count))Fuzz/RESPParserCorpus"

    private static let limits = [
        ReplyLimits.standard, ReplyLimits(depth: 4, nodes: 64, line: 40, bulk: 100, reply: 400),
    ]

    static func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test func theCorpusIsThere() throws {
        #expect(try Self.files().count > 60)
    }

    @Test(arguments: try files()) func everySplitAgrees(file: String) throws {
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: "\(Self.folder)/\(file)")))
        for limits in Self.limits {
            let whole = Parsing(bytes, limits: limits)
            #expect(Parsing.byteByByte(bytes, limits: limits) == whole)
            for offset in bytes.indices { #expect(Parsing.split(bytes, at: offset, limits: limits) == whole) }
        }
    }
}
