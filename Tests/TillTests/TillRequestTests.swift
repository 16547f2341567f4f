import LocalHTTP
import Testing

@testable import Till

/// What a request's first line asks for, and who may ask.
@Suite("The till's requests")
struct TillRequestTests {
    private static let token = Array("s3cret+/ %|ñ".utf8)
    private static let good = "_token=s3cret%2B/+%25%7C%C3%B1"

    /// What is asked for, or the refusal's status and code.
    private func read(_ method: String, _ path: String, _ query: String?, token: [UInt8] = token) -> String {
        let head = HTTPHead(method: method, path: path, rawQuery: query)
        do throws(TillRequest.Refusal) {
            return switch try TillRequest(head, token: token) {
            case .member(let id): "member \(id)"
            case .invoice: "invoice"
            }
        } catch {
            return "\(error.status) \(error.code)\(error.allow.map { " \($0)" } ?? "")"
        }
    }

    @Test(
        "routes and methods",
        arguments: [
            ("GET", "/agora/member/3hRX", "member 3hRX"),
            ("POST", "/agora/invoices", "invoice"),
            ("POST", "/agora/member/3hRX", "405 wrong_method GET"),
            ("HEAD", "/agora/member/3hRX", "405 wrong_method GET"),
            ("get", "/agora/member/3hRX", "405 wrong_method GET"),
            ("GET", "/agora/invoices", "405 wrong_method POST"),
            ("PUT", "/agora/invoices", "405 wrong_method POST"),
            ("OPTIONS", "/agora/invoices", "405 wrong_method POST"),
            ("GET", "/", "404 no_such_path"),
            ("GET", "/agora/member", "404 no_such_path"),
            ("GET", "/agora/members/1", "404 no_such_path"),
            ("POST", "/agora/invoices/", "404 no_such_path"),
            ("POST", "/agora//invoices", "404 no_such_path"),
            ("POST", "/AGORA/invoices", "404 no_such_path"),
            ("POST", "/agora/invoice%73", "404 no_such_path"),
            ("GET", "/agora/invoices/../member/1", "404 no_such_path"),
        ])
    func routes(_ method: String, _ path: String, _ expected: String) {
        #expect(read(method, path, Self.good) == expected)
        // Without the token nothing of this is to be learnt.
        #expect(read(method, path, nil) == "401 wrong_token")
        #expect(read(method, path, "_token=x") == "401 wrong_token")
    }

    @Test(
        "a member's id is what its escapes stand for",
        arguments: [
            ("OW-00412277", "member OW-00412277"),
            ("a%20b", "member a b"),
            // Only a query's plus is a blank.
            ("a+b", "member a+b"),
            ("a%2Bb", "member a+b"),
            ("a%2fb", "member a/b"),
            ("a/b", "member a/b"),
            ("%C3%B1and%C3%BA", "member ñandú"),
            ("...", "member ..."),
            ("", "400 bad_id"),
            (".", "400 bad_id"),
            ("..", "400 bad_id"),
            ("%2e%2E", "400 bad_id"),
            ("%2", "400 bad_id"),
            ("%", "400 bad_id"),
            ("%zz", "400 bad_id"),
            ("%+1", "400 bad_id"),
            ("%-1", "400 bad_id"),
            ("a%00", "400 bad_id"),
            ("a%0Ab", "400 bad_id"),
            ("%7F", "400 bad_id"),
            ("%FF", "400 bad_id"),
            ("%C3", "400 bad_id"),
            (String(repeating: "x", count: 128), "member " + String(repeating: "x", count: 128)),
            (String(repeating: "x", count: 129), "400 bad_id"),
        ])
    func ids(_ written: String, _ expected: String) {
        #expect(read("GET", "/agora/member/\(written)", Self.good) == expected)
    }

    @Test(
        "the token is there once, and right",
        arguments: [
            (good, true),
            ("ow_account=9&\(good)&x", true),
            ("\(good)&_tokens=x&__token=y&x_token=z", true),
            ("_token=s3cret%2b%2F%20%25%7c%c3%b1", true),
            (nil, false),
            ("", false),
            ("_token", false),
            ("_token=", false),
            ("token=s3cret%2B/+%25%7C%C3%B1", false),
            ("_TOKEN=s3cret%2B/+%25%7C%C3%B1", false),
            // A plus is a blank, so that the token's own must be escaped.
            ("_token=s3cret+/+%25%7C%C3%B1", false),
            ("_token=s3cret", false),
            ("_token=s3cret%2B/+%25%7C%C3", false),
            ("\(good)x", false),
            ("\(good)%00", false),
            ("\(good)&\(good)", false),
            ("\(good)&_token=", false),
            ("_token=x&\(good)", false),
            ("_token=s3cret%2B/+%25%7C%C3%B", false),
            ("_token=S3CRET%2B/+%25%7C%C3%B1", false),
            ("?\(good)", false),
        ] as [(String?, Bool)])
    func tokens(_ query: String?, _ isRight: Bool) {
        #expect(read("POST", "/agora/invoices", query) == (isRight ? "invoice" : "401 wrong_token"))
    }

    @Test("no token opens anything if there is none")
    func emptyToken() {
        for query in ["_token=", "_token", "", "_token=x"] {
            #expect(read("POST", "/agora/invoices", query, token: []) == "401 wrong_token")
        }
    }

    @Test("no refusal says anything of the token or of what was asked for")
    func silence() {
        for query in [Self.good, "_token=guess"] {
            for path in ["/agora/member/%00secret-id", "/secret-path", "/agora/invoices"] {
                let head = HTTPHead(method: "GET", path: path, rawQuery: query)
                do throws(TillRequest.Refusal) {
                    _ = try TillRequest(head, token: Self.token)
                } catch {
                    let response = HTTPResponse(error)
                    let text = "\(String(decoding: response.body, as: UTF8.self)) \(response.headers)"
                    for secret in ["s3cret", "guess", "secret-id", "secret-path"] {
                        #expect(!text.contains(secret))
                    }
                }
            }
        }
    }
}
