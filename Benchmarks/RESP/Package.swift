// swift-tools-version: 6.2
import PackageDescription

/// The parser as the tool uses it: from another module, in a release build. A package of its own, so that building the
/// tool never builds this.
let package = Package(
    name: "resp-benchmark",
    targets: [
        .target(name: "RESP"),
        .executableTarget(name: "RESPBenchmark", dependencies: ["RESP"]),
    ]
)
