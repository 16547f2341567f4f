extension OutcomeDetail {
    /// What a person can do about a lookup that ended so, with the command where one mends it. Names the settings' keys and files, and
    /// nothing that is a secret.
    public func advice(for settings: EndpointSettings) -> String {
        let token = settings.tokenFile
        return switch self {
        case .http(let status): Self.advice(forHTTP: status)
        case .redirect:
            "the endpoint sends the request elsewhere, as it does for a wrong token or account: see both, and member_url, in the "
                + "provider's pages"
        case .notJSON: "what answers there is a web page or the like and no member endpoint: see member_url"
        case .noMemberID: "the answer holds no member id: see member_url, and member_id in [mapping]"
        case .answerTooLarge: "the answer is far larger than a member's: see member_url"
        case .notHTTP: "what answers there does not speak HTTP: see member_url, its port and its https"
        case .timeout:
            "no answer in time: see the network (curl -I on the host of member_url), then the provider's status; timeout_ms is "
                + "\(settings.timeoutMilliseconds)"
        case .dns:
            "the name of member_url's host cannot be resolved: see the network and its name server (getent hosts HOST)"
        case .refused: "nobody listens at member_url's host and port: see both, and the provider's status"
        case .unreachable:
            "there is no way to member_url's host: see the network (ip route), its cable or radio, and a firewall"
        case .connectionLost: "the connection broke before the answer: see the network and the provider's status"
        case .tls:
            "no TLS connection comes about: see member_url, and what stands between (a proxy, a portal to log in at)"
        case .certificate:
            "the server's certificate is not trusted: see the clock (timedatectl), the system's certificates (sudo apt install "
                + "ca-certificates), ca_file and member_url"
        case .badID: "that text can be no member's id; another one can"
        case .noToken:
            "there is no token that can be used: sudo install -m 600 /dev/stdin \(token) writes one line of it; it must be root's or "
                + "the service's user's"
        case .tokenReadable:
            "others could have read the token: sudo chmod 600 \(token), and have the provider give you a new one"
        case .tokenOwner: "the token file must be root's or the service's user's: sudo chown root: \(token)"
        case .caFile: "ca_file cannot be used: it must be a file of PEM certificates that the service's user can read"
        case .busy: "too many lookups were under way: see what scans or asks so much (scanbridge status)"
        case .paused:
            "the endpoint asked for a pause, which is not over: wait, and see what asks so much (scanbridge status)"
        case .stopped: "the service was going down: ask again when it runs (systemctl status scanbridge)"
        case .library: "the HTTP library has failed: see member_url, ca_file and the provider's status"
        }
    }

    private static func advice(forHTTP status: Int) -> String {
        switch status {
        case 401, 403: "the endpoint refuses the token or the account: see both in the provider's pages"
        case 404: "the endpoint knows no such member, or nothing at that path: see member_url if it knows none at all"
        case 429: "the endpoint is asked too often: wait, and see what asks so much (scanbridge status)"
        case 200..<300: "the endpoint answers with a status that says nothing of a member: see member_url"
        case 500...: "the endpoint is out of order: see the provider's status"
        case 400, 408, 410, 422, 425:
            "the endpoint does not take this request: see member_url and the provider's status"
        default: "what answers there does not take a member's request: see member_url"
        }
    }
}
