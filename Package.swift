// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target: the newest language mode, explicit existentials, members visible only where
/// their module is imported, and no warning left standing.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "caracalctl",
    products: [
        .executable(name: "caracalctl", targets: ["caracalctl"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .target(name: "CSystem"),
        // It opens libpq when that is first used: neither its headers nor its library are needed to build.
        .target(name: "CPostgres", dependencies: ["CSystem"]),
        // The same with libmicrohttpd.
        .target(name: "CMicrohttpd", dependencies: ["CSystem"]),
        // It holds the manual pages that are written by hand.
        .target(name: "CManual"),
        .target(
            name: "CEditline",
            dependencies: ["CSystem"],
            // libedit.a and what it is made of, each before what it needs.
            linkerSettings: [
                .linkedLibrary(":libedit.a"), .linkedLibrary(":libtinfo.a"), .linkedLibrary(":libbsd.a"),
                .linkedLibrary(":libmd.a"),
            ]
        ),

        .target(name: "RESP", swiftSettings: strict),
        .target(
            name: "Redis",
            dependencies: ["RESP", "CSystem", "COpenSSL"],
            swiftSettings: strict,
            // In this order: libssl is made of libcrypto, which Caracal uses as well.
            linkerSettings: [.linkedLibrary(":libssl.a"), .linkedLibrary(":libcrypto.a")]
        ),
        .target(name: "Postgres", dependencies: ["Redis", "CPostgres"], swiftSettings: strict),
        .target(name: "Text", swiftSettings: strict),
        .target(
            name: "Caracal",
            dependencies: ["Redis", "Postgres", "RESP", "Text", "COpenSSL"],
            swiftSettings: strict
        ),
        .target(name: "Rendering", dependencies: ["Text"], swiftSettings: strict),
        .target(name: "RedisSandbox", dependencies: ["Redis", "CSystem"], swiftSettings: strict),
        .target(
            name: "CaracalCommands",
            dependencies: [
                "Caracal", "Redis", "Postgres", "RESP", "Rendering", "RedisSandbox", "Text", "CEditline", "CMicrohttpd",
                "CManual",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(name: "caracalctl", dependencies: ["CaracalCommands"], swiftSettings: strict),
        .executableTarget(
            name: "DocumentationGenerator",
            dependencies: [
                "CaracalCommands", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),

        .executableTarget(
            name: "SigningBenchmark",
            dependencies: ["Caracal"],
            path: "Benchmarks/Signing",
            swiftSettings: strict
        ),

        .target(
            name: "TestSupport",
            dependencies: ["RedisSandbox", "Redis", "RESP", "COpenSSL"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .testTarget(name: "RESPTests", dependencies: ["RESP", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "RedisTests",
            dependencies: ["Redis", "RESP", "TestSupport", "COpenSSL"],
            swiftSettings: strict
        ),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "Redis", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "RedisSandboxTests",
            dependencies: ["RedisSandbox", "Redis", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CaracalTests",
            dependencies: ["Caracal", "Redis", "Postgres", "RESP", "Text", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "RenderingTests", dependencies: ["Rendering", "Text"], swiftSettings: strict),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "CaracalCommands", "Caracal", "Redis", "Postgres", "Rendering", "Text", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "caracalctl", "DocumentationGenerator", "CaracalCommands", "Caracal", "Redis", "Postgres", "RESP",
                "TestSupport",
            ],
            swiftSettings: strict
        ),
    ]
)
