/// What libFuzzer calls with each input. An input is what a server might send, nothing more, so that a seed and a find
/// are frames one can read; how it is cut into reads follows from its bytes.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzReplyParser(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: data, count: count))
    for limits in [ReplyLimits.standard, ReplyLimits(depth: 4, nodes: 64, line: 40, bulk: 100, reply: 400)] {
        let whole = FuzzedParse(of: input, in: [input.count], limits: limits)
        whole.check(limits)
        precondition(whole == FuzzedParse(of: input, in: [1], limits: limits), "byte by byte differs")
        precondition(whole == FuzzedParse(of: input, in: readSizes(from: input), limits: limits), "reads differ")
    }
    return 0
}

/// Some sizes of reads, used in turn.
private func readSizes(from input: [UInt8]) -> [Int] {
    let hash = input.reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    return (0..<8).map { 1 + Int((hash >> (8 * UInt64($0))) & 0x1F) }
}

/// All that a parser made of an input.
struct FuzzedParse: Equatable {
    private var replies: [Reply] = []
    private var failure: ProtocolError?
    private var left = 0

    init(of input: [UInt8], in sizes: [Int], limits: ReplyLimits) {
        var parser = ReplyParser(limits: limits)
        var recycled = Reply()
        var start = 0
        var turn = 0
        while start < input.count, failure == nil {
            let end = min(input.count, start + max(1, sizes[turn % sizes.count]))
            Self.feed(input[start..<end], to: &parser, copying: turn.isMultiple(of: 2))
            drain(&parser, into: &recycled)
            start = end
            turn += 1
        }
        left = failure == nil ? parser.bufferedByteCount : 0
        precondition(parser.buffer.bytes.capacity <= 2 * input.count + 64, "more is reserved than arrived")
    }

    private static func feed(_ bytes: ArraySlice<UInt8>, to parser: inout ReplyParser, copying: Bool) {
        if copying { return parser.append(bytes) }
        parser.append(capacity: bytes.count + 3) { output in
            for byte in bytes { output.append(byte) }
        }
    }

    private mutating func drain(_ parser: inout ReplyParser, into recycled: inout Reply) {
        do {
            while try parser.next(into: &recycled) { replies.append(recycled) }
        } catch {
            failure = error
            precondition((try? parser.next()) == nil, "it went on after an error")
        }
    }

    static func == (one: FuzzedParse, other: FuzzedParse) -> Bool {
        one.failure == other.failure && one.left == other.left
            && one.replies.elementsEqual(other.replies) { $0.bytes == $1.bytes && $0.nodes == $1.nodes }
    }
}

extension FuzzedParse {
    /// Every reply stands on its own: within its limits, and readable everywhere without a trap.
    func check(_ limits: ReplyLimits) {
        if let failure { precondition(!failure.description.utf8.contains { $0 < 0x20 || $0 > 0x7E }) }
        for reply in replies {
            precondition(reply == reply && reply.bytes.count <= limits.reply && reply.nodes.count <= limits.nodes)
            precondition(reply.nextSibling(of: 0) == reply.nodes.count)
            precondition(reply.nodes.count * 3 <= reply.bytes.count, "a value takes three bytes at least")
            for node in reply.nodes.indices { check(ReplyValue(reply: reply, index: node), limits) }
        }
    }

    private func check(_ value: ReplyValue, _ limits: ReplyLimits) {
        precondition(value.reply.payload(of: value.index).upperBound <= value.reply.bytes.count)
        precondition((value.text?.count ?? 0) <= max(limits.bulk, limits.line))
        precondition((value.integer != nil) == (value.kind == .integer))
        precondition((value.double != nil) == (value.kind == .double))
        precondition((value.boolean != nil) == (value.kind == .boolean))
        precondition((value.error != nil) == (value.kind == .simpleError || value.kind == .bulkError))
        precondition(value.kind == .map || Array(value.elements).count == value.count)
        precondition(value.kind != .map || value.pairs.map { Array($0).count } == value.count)
        checkEnds(value)
    }

    /// The children of an aggregate fill it exactly.
    private func checkEnds(_ value: ReplyValue) {
        var child = value.reply.firstChild(of: value.index)
        for _ in 0..<value.reply.count(of: value.index) { child = value.reply.nextSibling(of: child) }
        precondition(child == value.reply.nextSibling(of: value.index), "the children do not fill their aggregate")
    }
}
