import Testing

@testable import RESP

/// The parser between replies: pipelines, recycling, failure.
@Suite struct ReplyParserTests {
    @Test func repliesOfAPipelineComeOneByOne() throws {
        var parser = ReplyParser()
        parser.append("+OK\r\n:1\r\n$3\r\nab".utf8)
        #expect(try parser.next()?.root.string == "OK")
        #expect(!parser.isIdle)
        #expect(try parser.next()?.root.integer == 1)
        #expect(try parser.next() == nil)
        #expect(parser.bufferedByteCount == 6)
        parser.append("c\r\n".utf8)
        #expect(try parser.next()?.root.string == "abc")
        #expect(parser.isIdle && parser.bufferedByteCount == 0)
    }

    @Test func anUnfinishedReplyLeavesTheOldOneAlone() throws {
        var parser = ReplyParser()
        var reply = Reply()
        parser.append("+first\r\n*2\r\n:1\r\n".utf8)
        #expect(try parser.next(into: &reply))
        #expect(try !parser.next(into: &reply))
        #expect(reply.root.string == "first")
    }

    @Test func bytesAreReadStraightIn() throws {
        var parser = ReplyParser()
        parser.append(capacity: 1_024) { output in
            for byte in "+PONG\r\n".utf8 { output.append(byte) }
        }
        #expect(parser.bufferedByteCount == 7)
        #expect(try parser.next()?.root.string == "PONG")
    }

    @Test func bytesReadBeforeAnErrorCount() throws {
        struct Broken: Error {}
        var parser = ReplyParser()
        #expect(throws: Broken.self) {
            try parser.append(capacity: 16) { output throws(Broken) in
                for byte in "+OK\r\n".utf8 { output.append(byte) }
                throw Broken()
            }
        }
        #expect(try parser.next()?.root.string == "OK")
    }

    @Test func anErrorIsFinal() {
        var parser = ReplyParser()
        parser.append("?\r\n".utf8)
        for _ in 0..<2 {
            #expect(throws: ProtocolError.unknownType(UInt8(ascii: "?"))) { try parser.next() }
            parser.append("+OK\r\n".utf8)
        }
    }

    @Test func repliesBeforeAViolationStand() throws {
        var parser = ReplyParser()
        parser.append("+OK\r\n\r\n".utf8)
        #expect(try parser.next()?.root.string == "OK")
        #expect(throws: ProtocolError.unknownType(UInt8(ascii: "\r"))) { try parser.next() }
    }

    @Test func aBigReplyChangesHandsWithoutACopy() throws {
        var parser = ReplyParser()
        let payload = String(repeating: "x", count: 100_000)
        parser.append("$100000\r\n\(payload)\r\n+next\r\n:".utf8)
        let storage = parser.storageAddress
        var reply = Reply()
        #expect(try parser.next(into: &reply))
        #expect(reply.bytes.withUnsafeBufferPointer { $0.baseAddress } == storage)
        #expect(reply.root.string == payload)
        #expect(try parser.next()?.root.string == "next")
        parser.append("5\r\n".utf8)
        #expect(try parser.next()?.root.integer == 5)
    }

    @Test func aSteadyStreamReusesItsStorage() throws {
        var parser = ReplyParser()
        var reply = Reply()
        var addresses: Set<UInt> = []
        for round in 0..<50 {
            parser.append("*2\r\n$5\r\nround\r\n:\(round)\r\n".utf8)
            #expect(try parser.next(into: &reply))
            #expect(reply.root[1]?.integer == Int64(round))
            if round >= 4 {
                addresses.insert(reply.bytes.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) })
                addresses.insert(reply.nodes.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) })
            }
        }
        // Two buffers of each at the most, in turn.
        #expect((2...4).contains(addresses.count))
        #expect(!addresses.contains(0))
    }

    @Test func aValueOutlivesTheRecyclingOfItsReply() throws {
        var parser = ReplyParser()
        var reply = Reply()
        let payload = String(repeating: "a", count: 50_000)
        for wire in ["$50000\r\n\(payload)\r\n", "*1\r\n+second\r\n", "+third\r\n"] {
            parser.append(wire.utf8)
            let before = reply.root
            let text = before.string
            #expect(try parser.next(into: &reply))
            #expect(before.string == text && before != reply.root)
        }
        #expect(reply.root.string == "third")
    }

    @Test func spentBytesDoNotPileUp() throws {
        var parser = ReplyParser()
        var reply = Reply()
        parser.append("+a".utf8)
        for _ in 0..<10_000 {
            parser.append("bcdefgh\r\n+a".utf8)
            #expect(try parser.next(into: &reply))
        }
        #expect(parser.reservedByteCount < 1_024)
    }

    @Test func aPushIsAReplyOfItsOwn() throws {
        var parser = ReplyParser()
        parser.append(">2\r\n+invalidate\r\n_\r\n+OK\r\n".utf8)
        #expect(try parser.next()?.root.kind == .push)
        #expect(try parser.next()?.root.kind == .simpleString)
    }

    @Test func attributesVanishWhereverTheyStand() throws {
        let plain = "*2\r\n%1\r\n+k\r\n:1\r\n+end\r\n"
        let decorated =
            "|1\r\n+a\r\n*2\r\n:1\r\n:2\r\n*2\r\n|0\r\n%1\r\n|1\r\n|1\r\n:0\r\n:0\r\n+b\r\n_\r\n+k\r\n|1\r\n+c\r\n+d\r\n:1\r\n+end\r\n"
        #expect(wholeReply(of: decorated) == wholeReply(of: plain))
    }
}
