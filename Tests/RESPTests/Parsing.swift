@testable import RESP

/// All that a parser makes of some bytes when they arrive in reads of given sizes.
struct Parsing: Equatable, CustomStringConvertible {
    private(set) var replies: [Reply] = []
    private(set) var failure: ProtocolError?
    /// Bytes left waiting; not counted after a failure.
    private(set) var left = 0

    init(_ bytes: [UInt8], readSizes: some Sequence<Int>, limits: ReplyLimits = .standard) {
        var parser = ReplyParser(limits: limits)
        var rest = bytes[...]
        for size in readSizes where !rest.isEmpty && failure == nil {
            parser.append(rest.prefix(size))
            rest = rest.dropFirst(size)
            drain(&parser)
        }
        left = failure == nil ? parser.bufferedByteCount : 0
    }

    init(_ bytes: [UInt8], limits: ReplyLimits = .standard) {
        self.init(bytes, readSizes: [bytes.count], limits: limits)
    }

    private mutating func drain(_ parser: inout ReplyParser) {
        do {
            while let reply = try parser.next() { replies.append(reply) }
        } catch {
            failure = error
        }
    }

    static func byteByByte(_ bytes: [UInt8], limits: ReplyLimits = .standard) -> Parsing {
        Parsing(bytes, readSizes: repeatElement(1, count: bytes.count), limits: limits)
    }

    static func split(_ bytes: [UInt8], at offset: Int, limits: ReplyLimits = .standard) -> Parsing {
        Parsing(bytes, readSizes: [offset, bytes.count - offset], limits: limits)
    }

    var description: String {
        "\(replies.count) replies, \(failure.map(\.description) ?? "no error"), \(left) bytes left"
    }
}

/// The one reply these bytes are; nil when they are not exactly one.
func wholeReply(of wire: String) -> Reply? {
    let parsing = Parsing(Array(wire.utf8))
    guard parsing.failure == nil, parsing.left == 0, parsing.replies.count == 1 else { return nil }
    return parsing.replies.first
}

/// The root of the one reply these bytes are.
func root(of wire: String) -> ReplyValue? { wholeReply(of: wire)?.root }

extension ReplyValue {
    /// Its text, as Swift sees it: for expectations only.
    var string: String? { text.map { String(decoding: $0, as: UTF8.self) } }
}

extension ReplyParser {
    /// Room it holds for bytes, used or not.
    var reservedByteCount: Int { buffer.bytes.capacity }

    /// Where its bytes are, to tell a copy from the original.
    var storageAddress: UnsafePointer<UInt8>? { buffer.bytes.withUnsafeBufferPointer { $0.baseAddress } }
}
