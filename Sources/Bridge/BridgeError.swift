import ListenerSocket
import Loyalty
import Patterns
import Routing
import SystemCalls

/// Why the service cannot start, or cannot use a new configuration.
public enum BridgeError: Error, CustomStringConvertible {
    /// A route's pattern, which the configuration's check should have found.
    case route(number: Int, reason: String)
    case endpoint(SettingFault)
    /// The lookups' part could not be made.
    case lookups(any Error)
    case socket(ListenerSocketError)
    case scanners(SystemError)

    public var description: String {
        switch self {
        case .route(let number, let reason): "[[route]] number \(number): \(reason)"
        case .endpoint(let fault): "\(fault)"
        case .lookups(let error): "no lookups: \(error)"
        case .socket(let error): "\(error)"
        case .scanners(let error): "cannot look for scanners: \(error)"
        }
    }

    static func router(_ routes: [Route]) throws(BridgeError) -> Router {
        do {
            return try Router(routes: routes)
        } catch {
            throw .route(number: error.route, reason: error.pattern.message)
        }
    }

    static func endpoint<Result>(_ body: () throws -> Result) throws(BridgeError) -> Result {
        do {
            return try body()
        } catch let fault as SettingFault {
            throw .endpoint(fault)
        } catch {
            throw .lookups(error)
        }
    }
}
