// swift-tools-version: 6.0
import PackageDescription

// SCANBRIDGE_SOURCE is the directory of scanbridge's source; without it, this example stands in it.
let package = Package(
    name: "listen",
    dependencies: [.package(name: "scanbridge", path: Context.environment["SCANBRIDGE_SOURCE"] ?? "../../..")],
    targets: [
        .executableTarget(name: "listen", dependencies: [.product(name: "ScanbridgeClient", package: "scanbridge")])
    ]
)
