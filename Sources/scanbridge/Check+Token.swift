import Diagnosis
import Glibc
import Loyalty

/// Where a check may ask from: with a token that it can read itself, or through the running service.
enum TokenSight {
    /// The endpoint can be asked by this process, with these credentials of systemd's if it has none of its own.
    case own(credentials: String?)
    /// Only the service sees the token.
    case serviceOnly
    /// There is none that can be used, which is said already.
    case none
}

extension Check {
    /// Where systemd keeps the running service's credentials, which root may read.
    private static let serviceCredentials = "/run/credentials/scanbridge.service"
    /// Where systemd looks for a credential that it is to hand over.
    private static let stores = [
        "/etc/credstore.encrypted/scanbridge.token", "/etc/credstore/scanbridge.token",
        "/run/credstore.encrypted/scanbridge.token", "/run/credstore/scanbridge.token",
    ]

    /// The token: there, and nobody else's.
    func checkToken(_ endpoint: EndpointSettings, _ scene: CheckScene, _ report: inout CheckReport) -> TokenSight {
        guard endpoint.needsToken else { return .own(credentials: nil) }
        let isForeign = environment("CREDENTIALS_DIRECTORY") == nil && access(Self.serviceCredentials, R_OK | X_OK) == 0
        let credentials = isForeign ? Self.serviceCredentials : nil
        do {
            let path = try endpoint.tokenPath(credentials: credentials)
            report.good("token", path)
            return .own(credentials: credentials)
        } catch {
            if case .unreadable = error.reason, scene.isBystander {
                report.add(
                    Finding(
                        .unseen, "token", "only root and the service may read it: sudo scanbridge check looks at it"))
                return .serviceOnly
            }
            if error.reason == .missing, let store = Self.stores.first(where: { access($0, F_OK) == 0 }) {
                report.good("token", "\(store), which systemd hands to the service alone")
                return .serviceOnly
            }
            report.fault("token", "\(error)", .configuration)
            return .none
        }
    }
}
