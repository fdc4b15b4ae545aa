import Testing
import Text

@testable import Caracal

@Suite struct RecordingTests {
    private func frame(
        lag: String = "1",
        rate: String = "1.5",
        marks: String = "",
        server: String = "a:1",
        schema: String = "caracalctl.watch/1",
        groups: Int = 1,
        others: String = "",
        exists: String = "true",
        warnings: String = ""
    ) -> String {
        let list = (0..<groups).map {
            #"{"group":"g\#($0)","exists":true,"lag":\#(lag),"lag_quality":"reported","behind_ms":-5,"pending":3,"out_per_second":null,"marks":[\#(marks)],"new":{"a":[1]}}"#
        }.joined(separator: ",")
        return
            #"{"schema":"\#(schema)","at":"2026-11-28T14:00:00.000Z","server":{"address":"\#(server)"},"items":[\#(others){"stream":"caracal.s\u00e9","exists":\#(exists),"in_per_second":\#(rate),"dead_letters":null,"memory_bytes":7,"marks":[\#(marks)],"groups":[\#(list)]}],"summary":{"used_memory_bytes":5,"maxmemory_bytes":0},"warnings":[\#(warnings)]}"#
    }

    private func read(_ line: String) throws(FrameError) -> RecordedFrame {
        let bytes = Array("x\(line)".utf8)
        return try RecordedFrame(bytes, 1..<bytes.count)
    }

    @Test func aFrameIsReadAsItIsPrinted() throws {
        let frame = try read(frame(marks: #""lost""#))
        #expect(frame.time == Array("2026-11-28T14:00:00.000Z".utf8))
        #expect(frame.server == Array("a:1".utf8))
        #expect(frame.usedMemory == 5)
        #expect(frame.maxmemory == 0)
        let stream = try #require(frame.streams.first)
        #expect(stream.name == Array("caracal.sé".utf8))
        #expect(stream.rateIn == 1.5)
        #expect(stream.deadLetters == nil)
        let group = try #require(stream.groups.first)
        #expect(group.lag == 1)
        #expect(group.rateOut == nil)
        #expect(group.marks == [Array("lost".utf8)])
    }

    @Test func whatIsNoFrameIsTold() {
        let whole = frame()
        for cut in stride(from: 1, to: whole.utf8.count - 1, by: 7) {
            #expect(throws: FrameError.self) {
                try read(String(decoding: Array(whole.utf8.prefix(cut)), as: UTF8.self))
            }
        }
        #expect(throws: FrameError.otherVersion(Array("caracalctl.watch/2".utf8))) {
            try read(frame(schema: "caracalctl.watch/2"))
        }
        #expect(throws: FrameError.noFrame) { try read(#"{"schema":"caracalctl.xlen/1","items":[]}"#) }
        #expect(throws: FrameError.empty) { try read(#"{"schema":"caracalctl.watch/1","items":[]}"#) }
    }

    private func recording(_ frames: [(Int, String)]) throws -> Recording {
        var recording = Recording()
        for (time, line) in frames { recording.add(try read(line), at: time) }
        return recording
    }

    private func lag(_ recording: Recording) throws -> (series: RecordedSeries, places: [RecordedPlace]) {
        let found = try #require(recording.series(.lag).first)
        return (found.series, recording.places(of: found.series))
    }

    @Test func whatIsNotKnownIsAGapAndNot0() throws {
        let recording = try recording([
            (0, frame(lag: "4")), (1000, frame(lag: "null")), (2000, frame(lag: "6")), (3000, frame(lag: "7")),
            (60_000, frame(lag: "8")),
        ])
        let (series, places) = try lag(recording)
        #expect(places.map(\.values.mean) == [4, 6, 7, 8])
        #expect(places.map(\.followsGap) == [true, true, false, true])
        #expect([series.firstValue, series.lastValue, series.least, series.most] == [4, 8, 4, 8])
        #expect(series.qualities == [Array("reported".utf8)])
        // An id ahead of the clock is no age, and the rate was never told.
        #expect(recording.series(.behind).isEmpty)
        #expect(recording.series(.rateOut).isEmpty)
    }

    @Test func aDayIsThinnedAndKeepsTheLeastAndTheGreatest() throws {
        var recording = Recording()
        var frame = try read(frame())
        for second in 0..<86_400 {
            frame.streams[0].groups[0].lag = second == 50_000 ? 9_999 : second == 70_000 ? 0 : 100
            recording.add(frame, at: second * 1000)
        }
        let (series, places) = try lag(recording)
        #expect(recording.frames == 86_400)
        #expect((250...310).contains(places.count))
        #expect(places.map(\.values.most).max() == 9_999)
        #expect(places.map(\.values.least).min() == 0)
        #expect(places.filter(\.followsGap).count == 1)
        #expect([series.least, series.most] == [0, 9_999])
    }

    @Test func framesInAnyOrderComeToTheSame() throws {
        let frames = (0..<5_000).map { ($0 * 1000, frame(lag: "\($0)")) }
        let forth = try recording(frames)
        let back = try recording(frames.reversed())
        #expect(forth.outOfOrder == 0)
        #expect(back.outOfOrder == 4_999)
        let (series, places) = try lag(back)
        #expect([series.firstValue, series.lastValue, series.least, series.most] == [0, 4_999, 0, 4_999])
        #expect(places.map(\.time) == places.map(\.time).sorted())
        #expect(places.count > 200)
    }

    @Test func faultsAndMovesHaveTheirTimes() throws {
        let recording = try recording([
            (0, frame()), (1000, frame(marks: #""lost""#)), (2000, frame(marks: #""lost""#, server: "b:2")),
            (3000, frame(server: "b:2")),
        ])
        #expect(recording.faults.count == 1)
        let fault = try #require(recording.faults.first)
        #expect(fault.group == Array("g0".utf8))
        #expect([fault.first, fault.last] == [1000, 2000])
        #expect(recording.moves == [Recording.Move(time: 2000, server: Array("b:2".utf8))])
    }

    @Test func ofFramesOutOfOrderNoOutagesAndMovesAreTold() throws {
        let other = #"{"stream":"caracal.b","exists":true,"groups":[]},"#
        let before = [
            (0, frame(others: other)), (1000, frame(others: other, exists: "null")), (2000, frame(exists: "null")),
        ]
        let after = [(3000, frame(server: "b:2", others: other)), (4000, frame(server: "b:2", others: other))]
        let forth = try recording(before + after)
        #expect(forth.moves == [Recording.Move(time: 3000, server: Array("b:2".utf8))])
        #expect(forth.unseen.map(\.from) == [1000, 2000])
        #expect(forth.unseen.map(\.to) == [3000, 3000])
        let mixed = try recording(after + before)
        #expect(mixed.outOfOrder == 3)
        #expect(mixed.moves == [])
        #expect(mixed.unseen == [])
        // A late frame ends no outage of which a later one told.
        let late = try recording([
            (0, frame()), (1000, frame(exists: "null")), (3000, frame(exists: "null")), (2000, frame()),
        ])
        #expect(late.unseen.map(\.isOver) == [false])
        #expect(late.unseen.map(\.to) == [3000])
    }

    @Test func anOutageEndsAlsoWhereTheClockIsPutBack() throws {
        var recording = try recording([(10_000, frame()), (11_000, frame())])
        recording.lose(at: 8000, "gone")
        recording.add(try read(frame()), at: 9000)
        let outages = recording.unseen.filter { !$0.reasons.isEmpty }
        #expect(outages.map(\.from) == [8000])
        #expect(outages.map(\.to) == [9000])
        #expect(outages.map(\.isOver) == [true])
    }

    @Test func anOutageLastsUntilTheNextFrameAndKeepsItsReasons() throws {
        var recording = try recording([(0, frame()), (1000, frame())])
        recording.lose(at: 2000, "gone")
        recording.lose(at: 3000, "refused")
        recording.lose(at: 4000, "gone")
        #expect(recording.unseen.map(\.isOver) == [false])
        #expect(recording.end == 4000)
        recording.add(try read(frame()), at: 60_000)
        recording.lose(at: 61_000, "gone")
        let outages = recording.unseen
        #expect(outages.map(\.from) == [2000, 61_000])
        #expect(outages.map(\.to) == [60_000, 61_000])
        #expect(outages.map(\.isOver) == [true, false])
        #expect(outages.map(\.reasons) == [["gone", "refused"], ["gone"]])
        #expect(outages.map(\.server) == [Array("a:1".utf8), Array("a:1".utf8)])
        #expect(outages.map(\.stream) == [nil, nil])
        #expect(!recording.isCut)
        for time in 0..<300 {
            recording.add(try read(frame()), at: 62_000 + time * 2)
            recording.lose(at: 62_001 + time * 2, "gone")
        }
        #expect(recording.unseen.count { !$0.reasons.isEmpty } == 200)
        #expect(recording.isCut)
    }

    @Test func whereThereAreNoFramesNothingWasSeen() throws {
        let frames = (0..<20).map { ($0 * 1000 + ($0 < 10 ? 0 : 60_000), frame()) }
        for frames in [frames, frames.reversed()] {
            let outages = try recording(frames).unseen
            #expect(outages.map(\.from) == [9000])
            #expect(outages.map(\.to) == [70_000])
            #expect(outages.map(\.reasons) == [[]])
        }
        var day = Recording()
        let still = try read(frame())
        for second in 0..<86_400 { day.add(still, at: second * 1000) }
        #expect(day.unseen == [])
    }

    @Test func aStreamThatAServerDoesNotTellOfIsAnOutageOfItsOwn() throws {
        let other = #"{"stream":"caracal.b","exists":true,"groups":[]},"#
        let warning = #"{"code":"refused","message":"caracal.s\u00e9: CLUSTERDOWN Hash slot not served"}"#
        let recording = try recording([
            (0, frame(others: other)), (1000, frame(others: other, exists: "null", warnings: warning)),
            (2000, frame(others: other, exists: "null")), (3000, frame(others: other)),
            // Of nothing at all, the bus is meant.
            (4000, frame(exists: "null", warnings: warning)), (5000, frame()),
        ])
        let outages = recording.unseen
        #expect(outages.map(\.stream) == [Array("caracal.sé".utf8), nil])
        #expect(outages.map(\.from) == [1000, 4000])
        #expect(outages.map(\.to) == [3000, 5000])
        #expect(
            outages.map(\.reasons) == [
                ["CLUSTERDOWN Hash slot not served", "the server did not say why"],
                ["CLUSTERDOWN Hash slot not served"],
            ]
        )
    }

    @Test func ofThousandsOfGroupsTheLargestAreKept() throws {
        var recording = Recording()
        var frame = try read(frame(groups: 3_000))
        for (index, _) in frame.streams[0].groups.enumerated() { frame.streams[0].groups[index].lag = Double(index) }
        recording.add(frame, at: 0)
        let series = recording.series(.lag)
        #expect(series.count == 128)
        #expect(series.first?.series.most == 2_999)
        #expect(series.last?.series.most == 2_872)
        #expect(recording.isCut)
    }

    @Test func ofManyGroupsThatGrowAlikeTheSameAreKept() throws {
        var recording = Recording()
        var frame = try read(frame(groups: 200))
        for second in 0..<100 {
            for index in 0..<200 { frame.streams[0].groups[index].lag = Double(1_000 + second * 10 + index % 7) }
            // One that had no room exceeds all by far.
            if second >= 50 { frame.streams[0].groups[196].lag = 1_000_000 }
            recording.add(frame, at: second * 1000)
        }
        let series = recording.series(.lag)
        #expect(series.count == 128)
        #expect(series.first?.subject.group == Array("g196".utf8))
        #expect(series.first.map { recording.places(of: $0.series).count } == 50)
        #expect(series.dropFirst().allSatisfy { ($0.series.firstValue ?? 0) < 1_010 })
        #expect(series.dropFirst().allSatisfy { recording.places(of: $0.series).count == 100 })
    }
}
