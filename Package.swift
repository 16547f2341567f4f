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

        .target(name: "SystemCalls", dependencies: ["CLinux"]),
        .target(name: "EventLoop", dependencies: ["CLinux", "SystemCalls"]),
        .target(name: "JSON"),
        .target(name: "Patterns", dependencies: ["CPCRE2"]),
        .target(name: "Keystrokes", dependencies: ["CLinux", "CXKB", "SystemCalls"]),
        .target(name: "Scanners", dependencies: ["CEvdev", "CLinux", "CUdev", "EventLoop", "Keystrokes", "SystemCalls"]),
        .target(name: "Routing", dependencies: ["Patterns"]),
        .target(name: "Loyalty", dependencies: ["CCurl", "EventLoop", "JSON", "Patterns", "SystemCalls"]),
        .target(name: "ListenerProtocol", dependencies: ["JSON", "SystemCalls"]),
        .target(
            name: "ListenerSocket",
            dependencies: [
                "CLinux", "EventLoop", "JSON", "ListenerProtocol", "SystemCalls",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(name: "ScanbridgeClient", dependencies: ["CLinux", "JSON", "SystemCalls"]),
        .executableTarget(name: "scanbridge"),

        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .testTarget(name: "ListenerProtocolTests", dependencies: ["JSON", "ListenerProtocol", "SystemCalls"]),
        .testTarget(
            name: "ListenerSocketTests",
            dependencies: [
                "CLinux", "EventLoop", "JSON", "ListenerProtocol", "ListenerSocket", "SystemCalls",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "ScanbridgeClientTests",
            dependencies: [
                "EventLoop", "JSON", "ListenerProtocol", "ListenerSocket", "ScanbridgeClient", "SystemCalls",
                .product(name: "Logging", package: "swift-log"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
