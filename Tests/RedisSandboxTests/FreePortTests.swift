import RedisSandbox
import Testing

@Suite struct FreePortTests {
    @Test func leavesRoomForTheClusterBus() {
        for _ in 0..<200 {
            #expect((1024...55_535).contains(FreePort.choose()))
        }
    }
}
