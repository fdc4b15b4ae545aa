import Caracal
import Testing

@Suite struct AllocatorTests {
    @Test(
        arguments: [
            (1, 8), (9, 16), (128, 128), (129, 160), (1024, 1024), (1025, 1280), (4096, 4096), (4097, 5120),
            (5121, 6144), (8193, 10_240),
        ]
    )
    func jemallocHasFourSizesBetweenPowersOfTwo(bytes: Int, allocated: Int) {
        #expect(Allocator(name: Array("jemalloc-5.3.0".utf8)).allocated(bytes) == allocated)
    }

    @Test(arguments: [(1, 24), (24, 24), (25, 40), (4096, 4104)])
    func theLibraryRoundsToSixteenLessItsHeader(bytes: Int, allocated: Int) {
        #expect(Allocator(name: Array("libc".utf8)).allocated(bytes) == allocated)
    }

    @Test func whatIsUnknownIsTakenForJemalloc() {
        #expect(Allocator(name: nil) == .jemalloc)
        #expect(Allocator(name: Array("tcmalloc-2".utf8)) == .jemalloc)
    }
}
