import ArgumentParser
import ScanbridgeClient

/// Which purchases are meant, and where the service is.
struct PurchaseOptions: ParsableArguments {
    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var socketOptions: SocketOptions

    func connect() throws -> Connection {
        try Connection(socketPath: try socketOptions.resolved(configurationOptions))
    }
}
