import Redis
import Testing

@testable import Caracal

extension TailLedger {
    /// Goes on over another connection, perhaps with another server.
    fileprivate mutating func resume(_ info: StreamInfo?, last: EntryID) -> TailGap? {
        look(info, last: last, isSameServer: false)
    }
}

@Suite struct TailLedgerTests {
    /// A stream that has `added` entries ever, `length` of them left, with ids `1-0`, `2-0` ….
    private func info(added: UInt64?, left: ClosedRange<UInt64>?, last: UInt64) -> StreamInfo {
        StreamInfo(
            length: left.map { UInt64($0.count) } ?? 0,
            lastGeneratedID: id(last),
            groups: 0,
            firstID: left.map { id($0.lowerBound) },
            lastID: left.map { id($0.upperBound) },
            entriesAdded: added
        )
    }

    private func id(_ number: UInt64) -> EntryID { EntryID(milliseconds: number, sequence: 0) }

    private func read(_ ids: ClosedRange<UInt64>, _ ledger: inout TailLedger) {
        for number in ids { ledger.note(id(number)) }
    }

    @Test func nothingIsMissingWhenAllWasRead() {
        var ledger = TailLedger(info(added: 5, left: 1...5, last: 5))
        read(6...8, &ledger)
        #expect(ledger.resume(info(added: 10, left: 1...10, last: 10), last: id(8)) == nil)
        read(9...10, &ledger)
        #expect(ledger.settle(last: id(10), isCaughtUp: true) == nil)
    }

    @Test func whatWasTrimmedMeanwhileIsCounted() {
        var ledger = TailLedger(info(added: 5, left: 1...5, last: 5))
        #expect(ledger.resume(info(added: 105, left: 96...105, last: 105), last: id(5)) == nil)
        read(96...100, &ledger)
        #expect(ledger.settle(last: id(100), isCaughtUp: false) == nil)
        read(101...105, &ledger)
        #expect(ledger.settle(last: id(105), isCaughtUp: false) == .missed(90))
        #expect(ledger.settle(last: id(105), isCaughtUp: true) == nil)
    }

    @Test func oneIsMissedToo() {
        var ledger = TailLedger(info(added: 5, left: 1...5, last: 5))
        #expect(ledger.resume(info(added: 7, left: 7...7, last: 7), last: id(5)) == nil)
        read(7...7, &ledger)
        #expect(ledger.settle(last: id(7), isCaughtUp: true) == .missed(1))
    }

    @Test func whatArrivesDuringTheAuditIsNotTakenForPartOfIt() {
        var ledger = TailLedger(info(added: 5, left: 1...5, last: 5))
        #expect(ledger.resume(info(added: 10, left: 9...10, last: 10), last: id(5)) == nil)
        read(9...14, &ledger)
        #expect(ledger.settle(last: id(14), isCaughtUp: true) == .missed(3))
        #expect(ledger.resume(info(added: 14, left: 9...14, last: 14), last: id(14)) == nil)
        #expect(ledger.settle(last: id(14), isCaughtUp: true) == nil)
    }

    @Test func aSecondInterruptionBeforeTheAuditIsClosedLosesNothing() {
        var ledger = TailLedger(info(added: 5, left: 1...5, last: 5))
        #expect(ledger.resume(info(added: 10, left: 8...10, last: 10), last: id(5)) == nil)
        read(8...8, &ledger)
        #expect(ledger.resume(info(added: 12, left: 12...12, last: 12), last: id(8)) == nil)
        read(12...12, &ledger)
        #expect(ledger.settle(last: id(12), isCaughtUp: true) == .missed(5))
    }

    @Test func beforeRedis7ItIsOnlyKnownThatSomethingMayBeMissing() {
        var ledger = TailLedger(info(added: nil, left: 1...5, last: 5))
        #expect(ledger.resume(info(added: nil, left: 5...9, last: 9), last: id(5)) == nil)
        #expect(ledger.resume(info(added: nil, left: 7...9, last: 9), last: id(5)) == .unknown)
        // Said once: nothing was read since.
        #expect(ledger.resume(info(added: nil, left: nil, last: 9), last: id(5)) == nil)
        #expect(ledger.resume(info(added: nil, left: nil, last: 9), last: id(9)) == nil)
    }

    @Test func beforeRedis7WhatWasReadFirstTellsWhetherSomethingBeforeItMayBeMissing() {
        var ledger = TailLedger(info(added: nil, left: 1...5, last: 5))
        read(6...7, &ledger)
        #expect(ledger.resume(info(added: nil, left: 1...7, last: 7), last: id(7)) == nil)
        read(20...29, &ledger)
        #expect(ledger.resume(info(added: nil, left: 20...29, last: 29), last: id(29)) == .unknown)
        #expect(ledger.resume(info(added: nil, left: 20...29, last: 29), last: id(29)) == nil)
    }

    @Test func whatWasThereBeforeTheLookIsGuessedAt() {
        var ledger = TailLedger(info(added: 100, left: 1...100, last: 100))
        read(1...50, &ledger)
        #expect(ledger.resume(info(added: 100, left: 60...100, last: 100), last: id(50)) == .unknown)
    }

    @Test func anInterruptionWhileCatchingUpMissesNothing() {
        var ledger = TailLedger(info(added: 100, left: 1...100, last: 100))
        read(1...50, &ledger)
        #expect(ledger.resume(info(added: 103, left: 1...103, last: 103), last: id(50)) == nil)
        read(51...103, &ledger)
        #expect(ledger.settle(last: id(103), isCaughtUp: true) == nil)
    }

    @Test func countsBeyondAllMeasureAreNoTrap() {
        var ledger = TailLedger(info(added: .max, left: 1...5, last: 5))
        read(6...8, &ledger)
        #expect(ledger.resume(info(added: .max, left: 1...10, last: 10), last: id(8)) == nil)
    }

    @Test func aStreamThatIsNewOrGoneIsRecognised() {
        let old = TailLedger(info(added: 5, left: 1...5, last: 5))
        var ledger = old
        #expect(ledger.resume(nil, last: id(5)) == .replaced)
        ledger = old
        #expect(ledger.resume(info(added: 0, left: nil, last: 0), last: id(5)) == .replaced)
        ledger = old
        #expect(ledger.resume(info(added: 1, left: 9...9, last: 9), last: id(5)) == .replaced)
    }

    @Test func aStreamThatAFailoverSetBackIsNotTakenForANewOne() {
        let old = TailLedger(info(added: 5, left: 1...5, last: 5))
        var ledger = old
        #expect(ledger.resume(info(added: 3, left: 1...3, last: 3), last: id(5)) == .setBack)
        #expect(ledger.resume(info(added: 5, left: 1...7, last: 7), last: id(3)) == nil)
        ledger = old
        #expect(ledger.resume(info(added: 4, left: 1...8, last: 8), last: id(5)) == .setBack)
        ledger = TailLedger(info(added: nil, left: 1...5, last: 5))
        #expect(ledger.resume(info(added: nil, left: 1...3, last: 3), last: id(5)) == .setBack)
    }

    @Test func afterASetBackNewEntriesCountFromTheStreamsNewEnd() {
        let stream = StreamTable["audit.events"]
        var tail = TailStream(stream, info(added: 5, left: 1...5, last: 5), after: id(5), isBehind: false)
        #expect(tail.resume(info(added: 3, left: 1...3, last: 3)) == .setBack)
        #expect(tail.last == id(3))
        tail = TailStream(stream, info(added: 5, left: 1...5, last: 5), after: id(5), isBehind: false)
        #expect(tail.resume(info(added: 4, left: 1...8, last: 8)) == .setBack)
        #expect(tail.last == id(5))
    }

    @Test func eachLookAccountsForWhatWasAddedSinceTheOneBefore() {
        var ledger = TailLedger(info(added: 5, left: 1...5, last: 5))
        for end in stride(from: UInt64(15), through: 35, by: 10) {
            let last = id(end - 10)
            #expect(
                ledger.look(info(added: end, left: (end - 3)...end, last: end), last: last, isSameServer: true) == nil
            )
            read((end - 3)...end, &ledger)
            #expect(ledger.settle(last: id(end), isCaughtUp: true) == .missed(6))
        }
        #expect(ledger.look(info(added: 35, left: 32...35, last: 35), last: id(35), isSameServer: true) == nil)
        #expect(ledger.settle(last: id(35), isCaughtUp: true) == nil)
    }

    @Test func looksWhileCatchingUpCountWhatIsAddedAndGuessAtWhatWasThere() {
        var ledger = TailLedger(info(added: 100, left: 1...100, last: 100), isAtEntry: false)
        #expect(ledger.look(info(added: 100, left: 1...100, last: 100), last: .zero, isSameServer: true) == nil)
        read(1...20, &ledger)
        #expect(ledger.settle(last: id(20), isCaughtUp: false) == nil)
        #expect(ledger.look(info(added: 130, left: 11...130, last: 130), last: id(20), isSameServer: true) == nil)
        read(21...40, &ledger)
        #expect(ledger.settle(last: id(40), isCaughtUp: false) == nil)
        #expect(ledger.look(info(added: 150, left: 91...150, last: 150), last: id(40), isSameServer: true) == .unknown)
        read(91...110, &ledger)
        #expect(ledger.settle(last: id(110), isCaughtUp: false) == nil)
        #expect(ledger.look(info(added: 150, left: 131...150, last: 150), last: id(110), isSameServer: true) == nil)
        read(131...150, &ledger)
        #expect(ledger.settle(last: id(150), isCaughtUp: true) == .missed(20))
    }

    @Test(arguments: [true, false])
    func aPlaceToBeginAtIsNoEntryThatCouldBeMissed(counts: Bool) {
        var ledger = TailLedger(info(added: counts ? 5 : nil, left: 3...5, last: 5), isAtEntry: false)
        #expect(
            ledger.look(info(added: counts ? 5 : nil, left: 3...5, last: 5), last: id(1), isSameServer: true) == nil
        )
        ledger = TailLedger(info(added: counts ? 5 : nil, left: 3...5, last: 5), isAtEntry: false)
        #expect(
            ledger.look(info(added: counts ? 5 : nil, left: 3...5, last: 5), last: .maximum, isSameServer: true) == nil
        )
        ledger = TailLedger(nil, isAtEntry: false)
        #expect(ledger.look(nil, last: id(1), isSameServer: true) == nil)
    }

    @Test func onTheSameServerAStreamThatEndsEarlierWasMadeAnew() {
        let old = TailLedger(info(added: 5, left: 1...5, last: 5))
        var ledger = old
        #expect(ledger.look(info(added: 3, left: 1...3, last: 3), last: id(5), isSameServer: true) == .replaced)
        ledger = old
        #expect(ledger.look(info(added: 1, left: 9...9, last: 9), last: id(5), isSameServer: true) == .replaced)
    }

    @Test func aStreamMadeAnewIsReadFromItsBeginningUnlessAllOfItWasReadAlready() {
        let stream = StreamTable["audit.events"]
        var tail = TailStream(stream, info(added: 5, left: 1...5, last: 5), after: id(5), isBehind: false)
        #expect(tail.look(info(added: 3, left: 1...3, last: 3)) == .replaced)
        #expect(tail.last == .zero && tail.isBehind)
        #expect(tail.look(info(added: 3, left: 1...3, last: 3)) == nil)
        tail = TailStream(stream, info(added: 5, left: 1...5, last: 5), after: id(5), isBehind: false)
        tail.note(id(9), nil)
        #expect(tail.endReply(isFull: false) == nil)
        #expect(tail.look(info(added: 1, left: 9...9, last: 9)) == .replaced)
        #expect(tail.last == id(9) && !tail.isBehind)
    }

    @Test func anEntryIsDueAsSoonAsNoOtherStreamCanHaveAnOlderOne() {
        let definition = StreamTable["audit.events"]
        var tail = TailStream(definition, nil, after: .zero, isBehind: true)
        for number in 1...3 as ClosedRange<UInt64> {
            tail.note(id(number), TailEntry(stream: definition, id: id(number), message: Message(), judgements: []))
        }
        #expect(tail.take(through: id(2)).map(\.id) == [id(1), id(2)])
        #expect(tail.take(through: id(2)) == [])
        #expect(tail.take(through: id(4)).map(\.id) == [id(3)])
    }

    @Test func aStreamThatIsNewIsReadFromItsBeginning() {
        var tail = TailStream(
            StreamTable["audit.events"],
            info(added: 5, left: 1...5, last: 5),
            after: id(5),
            isBehind: false
        )
        #expect(tail.resume(info(added: 1, left: 9...9, last: 9)) == .replaced)
        #expect(tail.last == .zero)
        #expect(tail.isBehind)
    }

    @Test func aStreamThatCameLaterIsReadWhole() {
        var ledger = TailLedger(nil)
        read(1...2, &ledger)
        #expect(ledger.resume(info(added: 4, left: 1...4, last: 4), last: id(2)) == nil)
        read(3...4, &ledger)
        #expect(ledger.settle(last: id(4), isCaughtUp: true) == nil)
    }
}
