// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "scanbridge",
    products: [
        .executable(name: "scanbridge", targets: ["scanbridge"]),
        .library(name: "ScanbridgeClient", targets: ["ScanbridgeClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        // The distribution's libraries and the kernel's interfaces, each with the wrappers that Swift cannot import.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CEvdev", pkgConfig: "libevdev", providers: [.apt(["libevdev-dev"])]),
        .systemLibrary(name: "CUdev", pkgConfig: "libudev", providers: [.apt(["libudev-dev"])]),
        .systemLibrary(name: "CXKB", pkgConfig: "xkbcommon", providers: [.apt(["libxkbcommon-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        .target(name: "SystemCalls", dependencies: ["CLinux"]),
        .target(name: "EventLoop", dependencies: ["CLinux", "SystemCalls"]),
        .target(name: "ServiceManager", dependencies: ["CLinux", "EventLoop", "SystemCalls", "TextChecks"]),
        .target(name: "JSON"),
        .target(name: "TextChecks"),
        .target(name: "Patterns", dependencies: ["CPCRE2"]),
        .target(name: "Keystrokes", dependencies: ["CLinux", "CXKB", "SystemCalls"]),
        .target(name: "Recordings", dependencies: ["Keystrokes", "SystemCalls"]),
        .target(name: "TestCards", dependencies: ["CXKB", "Keystrokes", "Recordings", "SystemCalls"]),
        .target(name: "PassThrough", dependencies: ["Keystrokes", "SystemCalls"]),
        .target(
            name: "Scanners",
            dependencies: [
                "CEvdev", "CLinux", "CUdev", "EventLoop", "Keystrokes", "PassThrough", "SystemCalls", "TextChecks",
            ]),
        .target(
            name: "Keyboard", dependencies: ["CEvdev", "CLinux", "EventLoop", "PassThrough", "Scanners", "SystemCalls"]),
        .target(name: "Routing", dependencies: ["JSON", "Keystrokes", "Patterns", "TextChecks"]),
        .target(
            name: "Loyalty", dependencies: ["CCurl", "EventLoop", "JSON", "Patterns", "SystemCalls", "TextChecks"]),
        .target(name: "Purchases", dependencies: ["CCrypto", "JSON", "SystemCalls", "TextChecks"]),
        .target(name: "Outbox", dependencies: ["CLinux", "CSQLite", "Purchases", "SystemCalls"]),
        .target(name: "LocalHTTP", dependencies: ["CLinux", "CMicroHTTPD", "EventLoop", "SystemCalls"]),
        .target(
            name: "Till",
            dependencies: [
                "CCrypto", "CLinux", "EventLoop", "JSON", "LocalHTTP", "Loyalty", "Outbox", "Purchases", "SystemCalls",
                "TextChecks",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(name: "ListenerProtocol", dependencies: ["JSON", "SystemCalls"]),
        .target(
            name: "ListenerSocket",
            dependencies: [
                "CLinux", "EventLoop", "JSON", "ListenerProtocol", "SystemCalls",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Configuration",
            dependencies: [
                "Keystrokes", "ListenerSocket", "LocalHTTP", "Loyalty", "Outbox", "Patterns", "Routing", "Scanners",
                "SystemCalls", "TextChecks", "Till", .product(name: "TOMLKit", package: "TOMLKit"),
            ]),
        .target(name: "ScanbridgeClient", dependencies: ["CLinux", "JSON", "SystemCalls"]),
        .target(name: "Diagnosis", dependencies: ["CLinux", "SystemCalls", "TextChecks"]),
        .target(
            name: "Logs", dependencies: ["SystemCalls", "TextChecks", .product(name: "Logging", package: "swift-log")]),
        .target(
            name: "DemoShop",
            dependencies: [
                "CLinux", "EventLoop", "JSON", "Keystrokes", "LocalHTTP", "Purchases", "Recordings", "Scanners",
                "SystemCalls",
            ],
            resources: [.embedInCode("demo.events")]),
        .target(
            name: "Bridge",
            dependencies: [
                "Configuration", "EventLoop", "JSON", "Keyboard", "Keystrokes", "ListenerProtocol", "ListenerSocket",
                "Loyalty", "Outbox", "PassThrough", "Purchases", "Routing", "Scanners", "SystemCalls", "Till",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "scanbridge",
            dependencies: [
                "Bridge", "Configuration", "DemoShop", "Diagnosis", "EventLoop", "JSON", "Keyboard", "Keystrokes",
                "ListenerProtocol",
                "Logs",
                "Loyalty", "Outbox",
                "Recordings", "Routing", "ScanbridgeClient", "Scanners", "ServiceManager", "SystemCalls", "TestCards",
                "TextChecks", "Till", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Test beds: a loop on a thread of its own, the program itself, random numbers that come again, and mock devices for udev and evdev.
        .target(name: "LoopTesting", dependencies: ["CLinux", "EventLoop", "SystemCalls"], path: "Tests/LoopTesting"),
        .target(name: "SeededNumbers", path: "Tests/SeededNumbers"),
        .target(name: "ProgramTesting", dependencies: ["CLinux", "SystemCalls"], path: "Tests/ProgramTesting"),
        // The decision alone: its time, and what it allocates.
        .target(name: "CAllocations", path: "Tests/CAllocations"),
        .executableTarget(
            name: "RoutingBench", dependencies: ["CAllocations", "Keystrokes", "Routing", "SystemCalls"],
            path: "Tests/RoutingBench"),
        .systemLibrary(
            name: "CUmockdev", path: "Tests/CUmockdev", pkgConfig: "umockdev-1.0",
            providers: [.apt(["libumockdev-dev", "umockdev"])]),

        .testTarget(name: "SystemCallsTests", dependencies: ["SystemCalls"]),
        .testTarget(
            name: "EventLoopTests", dependencies: ["EventLoop", "LoopTesting", "SeededNumbers", "SystemCalls"]),
        .testTarget(
            name: "ServiceManagerTests",
            dependencies: ["CLinux", "EventLoop", "LoopTesting", "ServiceManager", "SystemCalls"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .testTarget(name: "TextChecksTests", dependencies: ["TextChecks"]),
        .testTarget(name: "DiagnosisTests", dependencies: ["Diagnosis", "SystemCalls"]),
        .testTarget(
            name: "LogsTests",
            dependencies: ["Logs", "SystemCalls", .product(name: "Logging", package: "swift-log")]),
        .testTarget(name: "PatternsTests", dependencies: ["Patterns"]),
        .testTarget(
            name: "RoutingTests", dependencies: ["Keystrokes", "Patterns", "Routing", "SeededNumbers", "SystemCalls"]),
        .testTarget(
            name: "ScannersTests",
            dependencies: [
                "CLinux", "CUmockdev", "EventLoop", "Keystrokes", "LoopTesting", "PassThrough", "Scanners",
                "SeededNumbers", "SystemCalls",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "PassThroughTests", dependencies: ["Keystrokes", "PassThrough", "SeededNumbers", "SystemCalls"]),
        .testTarget(name: "KeystrokesTests", dependencies: ["CXKB", "Keystrokes", "SeededNumbers", "SystemCalls"]),
        .testTarget(name: "RecordingsTests", dependencies: ["Keystrokes", "Recordings", "SystemCalls"]),
        .testTarget(
            name: "TestCardsTests", dependencies: ["CXKB", "Keystrokes", "Recordings", "SystemCalls", "TestCards"]),
        .testTarget(
            name: "ConfigurationTests",
            dependencies: [
                "Configuration", "SeededNumbers", "SystemCalls", .product(name: "TOMLKit", package: "TOMLKit"),
            ]),
        .testTarget(name: "ListenerProtocolTests", dependencies: ["JSON", "ListenerProtocol", "SystemCalls"]),
        .testTarget(
            name: "ListenerSocketTests",
            dependencies: [
                "CLinux", "EventLoop", "JSON", "ListenerProtocol", "ListenerSocket", "LoopTesting", "SystemCalls",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "ScanbridgeClientTests",
            dependencies: [
                "EventLoop", "JSON", "ListenerProtocol", "ListenerSocket", "LoopTesting", "ScanbridgeClient",
                "SystemCalls",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "LoyaltyTests", dependencies: ["EventLoop", "JSON", "Loyalty", "SeededNumbers", "SystemCalls"],
            exclude: ["Fixtures"]),
        .testTarget(name: "PurchasesTests", dependencies: ["JSON", "Purchases", "SeededNumbers", "SystemCalls"]),
        .target(name: "CFaultyFiles", dependencies: ["CSQLite"], path: "Tests/CFaultyFiles"),
        .testTarget(
            name: "OutboxTests",
            dependencies: [
                "CFaultyFiles", "CSQLite", "LoopTesting", "Outbox", "Purchases", "SeededNumbers", "SystemCalls",
            ]),
        .testTarget(name: "LocalHTTPTests", dependencies: ["EventLoop", "LocalHTTP", "LoopTesting", "SystemCalls"]),
        .testTarget(
            name: "TillTests",
            dependencies: [
                "EventLoop", "JSON", "LocalHTTP", "LoopTesting", "Loyalty", "Outbox", "Purchases", "SystemCalls",
                "Till",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "BridgeTests",
            dependencies: [
                "Bridge", "CLinux", "Configuration", "DemoShop", "EventLoop", "JSON", "Keyboard", "Keystrokes",
                "ListenerProtocol", "LocalHTTP", "LoopTesting", "Loyalty", "Outbox", "Recordings", "Routing",
                "ScanbridgeClient", "Scanners", "SystemCalls", "Till",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "CommandTests", dependencies: ["JSON", "ProgramTesting", "scanbridge", "SystemCalls"]),
        .testTarget(name: "CorpusTests", dependencies: ["JSON", "ProgramTesting", "scanbridge", "SystemCalls"]),
    ],
    swiftLanguageModes: [.v6]
)

// The fuzz targets (docs/FUZZING.md) are there when they are asked for, with what they need and nothing else. Coverage is that of
// the project's own code.
if Context.environment["SCANBRIDGE_FUZZ"] == "1" {
    package.products = []
    package.targets.removeAll {
        $0.type == .test || $0.type == .executable || ["Bridge", "DemoShop", "LoopTesting", "Logs"].contains($0.name)
            || ["CAllocations", "CFaultyFiles", "ScanbridgeClient", "CUmockdev"].contains($0.name)
    }
    for target in package.targets where target.type == .regular {
        target.swiftSettings = [.unsafeFlags(["-sanitize=fuzzer", "-enable-testing"])]
    }
    let fuzzTargets: [(name: String, dependencies: [Target.Dependency])] = [
        ("Decoder", ["Keystrokes", "SystemCalls"]),
        ("Recording", ["Keystrokes", "Recordings", "SystemCalls"]),
        ("Configuration", ["Configuration", "Keystrokes", "ListenerSocket", "Loyalty", "Routing", "Scanners"]),
        ("Requests", ["JSON", "ListenerProtocol", "SystemCalls"]),
        ("Answers", ["JSON", "Loyalty"]),
        ("Invoices", ["JSON", "Purchases"]),
        ("Patterns", ["Keystrokes", "Patterns", "Routing", "SystemCalls"]),
    ]
    let flags = ["-sanitize=fuzzer", "-parse-as-library"]
    package.targets.append(.systemLibrary(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"))
    package.targets.append(.target(name: "FuzzSupport", dependencies: ["CFuzzer"], path: "Tests/Fuzz/Support"))
    for target in fuzzTargets {
        package.targets.append(
            .executableTarget(
                name: "Fuzz\(target.name)", dependencies: target.dependencies + ["FuzzSupport"],
                path: "Tests/Fuzz/\(target.name)", swiftSettings: [.unsafeFlags(flags)],
                linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]))
    }
}

// A warning is a fault. And only what a file imports itself is seen in it: otherwise a dependency's Foundation, 45 MB in the
// program, comes along with the first `contains` of a string.
for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .treatAllWarnings(as: .error), .enableUpcomingFeature("MemberImportVisibility"),
        ]
}
