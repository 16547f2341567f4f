import SystemCalls
import Testing

/// A certificate authority of the test's own and what it signed, made by openssl(1).
final class Certificates {
    struct Pair {
        let certificate: String
        let key: String
    }

    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory(named: "scanbridge-loyalty")
        try directory.write("", to: "index.txt")
        try directory.write("01\n", to: "serial")
        let configuration = """
            [ca]
            default_ca = test
            [test]
            dir = \(directory.path)
            database = \(directory.path)/index.txt
            serial = \(directory.path)/serial
            new_certs_dir = \(directory.path)
            certificate = \(directory.path)/ca.pem
            private_key = \(directory.path)/ca.key
            default_md = sha256
            policy = any
            unique_subject = no
            copy_extensions = copy
            [any]
            commonName = supplied
            """
        try directory.write(configuration, to: "ca.cnf")
        try make(
            ["-x509", "-days", "2", "-addext", "basicConstraints=critical,CA:TRUE"], name: "ca", subject: "Test CA")
    }

    var authority: String { "\(directory.path)/ca.pem" }

    /// A certificate for `host`, such as `IP:127.0.0.1` or `DNS:other.example`, signed by the authority.
    func pair(for host: String, isExpired: Bool = false) throws -> Pair {
        let name = isExpired ? "expired" : host.filter { $0.isLetter }
        try make(["-addext", "subjectAltName=\(host)"], name: name, subject: name)
        let dates = isExpired ? ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"] : ["-days", "2"]
        let path = "\(directory.path)/\(name)"
        try ChildProcess.run(
            [
                "/usr/bin/openssl", "ca", "-batch", "-notext", "-config", "\(directory.path)/ca.cnf", "-in",
                "\(path).pem",
                "-out", "\(path).signed.pem",
            ] + dates)
        return Pair(certificate: "\(path).signed.pem", key: "\(path).key")
    }

    func selfSignedPair() throws -> Pair {
        try make(["-x509", "-days", "2", "-addext", "subjectAltName=IP:127.0.0.1"], name: "self", subject: "Self")
        return Pair(certificate: "\(directory.path)/self.pem", key: "\(directory.path)/self.key")
    }

    private func make(_ arguments: [String], name: String, subject: String) throws {
        try ChildProcess.run(
            [
                "/usr/bin/openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-subj",
                "/CN=\(subject)", "-keyout", "\(directory.path)/\(name).key", "-out", "\(directory.path)/\(name).pem",
            ] + arguments)
    }
}
