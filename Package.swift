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
        .target(name: "Recordings", dependencies: ["Keystrokes", "SystemCalls"]),
        .target(name: "Scanners", dependencies: ["CEvdev", "CLinux", "CUdev", "EventLoop", "Keystrokes", "SystemCalls"]),
        .target(name: "Routing", dependencies: ["Patterns"]),
        .target(name: "Loyalty", dependencies: ["CCurl", "EventLoop", "JSON", "Patterns", "SystemCalls"]),
        .target(name: "ListenerSocket", dependencies: ["CLinux", "EventLoop", "SystemCalls"]),
        .target(name: "ScanbridgeClient"),
        .executableTarget(name: "scanbridge"),

        .testTarget(
            name: "LoyaltyTests", dependencies: ["EventLoop", "JSON", "Loyalty", "SystemCalls"], exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6]
)

// A warning is a fault. And only what a file imports itself is seen in it: otherwise a dependency's Foundation, 45 MB in the
// program, comes along with the first `contains` of a string.
for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error), .enableUpcomingFeature("MemberImportVisibility")]
}
