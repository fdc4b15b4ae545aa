import Rendering
import Testing

struct CountTests {
    @Test func oneThingIsNotCalledMany() {
        #expect(Format.count(0, "message") == "0 messages")
        #expect(Format.count(1, "message") == "1 message")
        #expect(Format.count(1_200, "entry", "entries") == "1,200 entries")
        #expect(Format.count(UInt64.max, "message") == "18,446,744,073,709,551,615 messages")
    }
}
