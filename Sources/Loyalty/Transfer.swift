import CCurl
import Glibc

/// One request in libcurl. Belongs to the transport's thread.
final class Transfer {
    static let maxBodyBytes = 256 * 1024
    static let maxHeaderBytes = 32 * 1024

    let easy: UnsafeMutableRawPointer
    private let attempt: UInt64
    /// Of a member's answer the status says all if it is not 200; a purchase's may say why.
    private let keepsEveryBody: Bool
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var headerBytes = 0
    private var bodyBytes = 0
    private var body: [UInt8] = []
    private var isTooLarge = false

    /// nil if there is no memory for it.
    init?(
        _ attempt: UInt64, _ url: [UInt8], _ question: HTTPTransport.Question, _ settings: HTTPTransport.Settings,
        timeoutMilliseconds: Int
    ) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.attempt = attempt
        keepsEveryBody = if case .purchase = question { true } else { false }
        setConnection(settings, timeoutMilliseconds)
        setRequest(url, question, settings)
        setCallbacks()
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headers)
    }

    // MARK: Options

    private func set(_ option: CURLoption, _ value: Int) { _ = scanbridge_curl_set_long(easy, option, value) }
    private func set(_ option: CURLoption, _ value: String) { _ = scanbridge_curl_set_string(easy, option, value) }

    private func setConnection(_ settings: HTTPTransport.Settings, _ timeoutMilliseconds: Int) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TIMEOUT_MS, timeoutMilliseconds)
        // Less than all of it, so that a connection that does not come about can be tried once more.
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, timeoutMilliseconds * 3 / 4))
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 30)
        set(CURLOPT_TCP_KEEPINTVL, 10)
        set(CURLOPT_MAXAGE_CONN, 300)
        // A name that does not resolve must not hold up the thread when its request ends.
        set(CURLOPT_QUICK_EXIT, 1)
        // No proxy, whatever the environment says: the URL is a secret, and only the configuration says who gets it.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if !settings.caFile.isEmpty { set(CURLOPT_CAINFO, settings.caFile) }
    }

    private func setRequest(
        _ url: [UInt8], _ question: HTTPTransport.Question, _ settings: HTTPTransport.Settings
    ) {
        let terminated = url.map { CChar(bitPattern: $0) } + [0]
        _ = scanbridge_curl_set_string(easy, CURLOPT_URL, terminated)
        set(CURLOPT_PROTOCOLS_STR, settings.url.scheme)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_USERAGENT, settings.userAgent)
        let own = Set(settings.headers.map { $0.name.lowercased() })
        switch question {
        case .member: set(CURLOPT_HTTPGET, 1)
        case .purchase(let body, let key):
            set(CURLOPT_POST, 1)
            set(CURLOPT_POSTFIELDSIZE, body.count)
            body.withUnsafeBytes {
                _ = scanbridge_curl_copy_body(easy, $0.baseAddress)
            }
            // Else libcurl waits a second for servers that do not know it.
            appendHeader("Expect:")
            if !own.contains("content-type") { appendHeader("Content-Type: application/json") }
            appendHeader("Idempotency-Key: \(key)")
        }
        if !own.contains("accept") { appendHeader("Accept: application/json") }
        for header in settings.headers {
            // libcurl takes `Name:` with nothing but spaces for "leave it out", and `Name;` for an empty value.
            let isEmpty = header.value.allSatisfy { $0 == " " }
            appendHeader(isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
        }
        _ = scanbridge_curl_set_list(easy, CURLOPT_HTTPHEADER, headers)
    }

    private func appendHeader(_ line: String) {
        if let longer = curl_slist_append(headers, line) { headers = longer }
    }

    private func setCallbacks() {
        // Unretained: the handle calls only while the transfer, which takes it down, is there.
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = scanbridge_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        _ = scanbridge_curl_set_write(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.received(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        _ = scanbridge_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        _ = scanbridge_curl_set_write(easy, CURLOPT_HEADERFUNCTION) { _, size, count, context in
            guard let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.received(headerBytes: size * count) ? size * count : 0
        }
    }

    // MARK: What comes

    private func received(body bytes: UnsafeRawBufferPointer) -> Bool {
        bodyBytes += bytes.count
        guard bodyBytes <= Self.maxBodyBytes else {
            isTooLarge = true
            return false
        }
        // Of any other answer the status says all; its body is read on so that the connection can be used again.
        if status == 200 || keepsEveryBody { body.append(contentsOf: bytes) }
        return true
    }

    private func received(headerBytes count: Int) -> Bool {
        headerBytes += count
        if headerBytes > Self.maxHeaderBytes { isTooLarge = true }
        return !isTooLarge
    }

    /// The final response's status; 0 before there is one.
    private var status: Int {
        var status = 0
        _ = scanbridge_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return status >= 200 ? status : 0
    }

    // MARK: The end

    func end(_ result: CURLcode) -> HTTPTransport.End {
        let status = status
        // A status other than 200 says all, even if the connection did not last until the end of the body.
        if status != 0, result == CURLE_OK || isTooLarge || status != 200 {
            return .answer(
                EndpointAnswer(
                    status: status, body: body, isTooLarge: isTooLarge, retryAfterSeconds: retryAfterSeconds,
                    clockAheadSeconds: clockAheadSeconds))
        }
        return .failed(outcome(of: result))
    }

    /// libcurl reads seconds and dates.
    private var retryAfterSeconds: Int? {
        var seconds: curl_off_t = 0
        guard scanbridge_curl_get_offset(easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK, seconds > 0 else {
            return nil
        }
        return Int(seconds)
    }

    private var clockAheadSeconds: Int? {
        let date = scanbridge_curl_date(easy)
        return date < 0 ? nil : date - time(nil)
    }

    private func outcome(of result: CURLcode) -> MemberOutcome {
        switch result {
        case CURLE_OPERATION_TIMEDOUT: .unavailable(.timeout)
        case CURLE_COULDNT_RESOLVE_HOST: .unavailable(.dns)
        case CURLE_COULDNT_CONNECT: .unavailable(wasRefused ? .refused : .unreachable)
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE: .unavailable(.connectionLost)
        case CURLE_SSL_CONNECT_ERROR: .unavailable(.tls)
        case CURLE_PEER_FAILED_VERIFICATION: .unavailable(.certificate)
        case CURLE_SSL_CACERT_BADFILE: .misconfigured(.caFile)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY: .misconfigured(.notHTTP)
        case CURLE_WRITE_ERROR where isTooLarge: .misconfigured(.answerTooLarge)
        case CURLE_OUT_OF_MEMORY: .unavailable(.busy)
        default: .unavailable(.library(Int(result.rawValue)))
        }
    }

    private var wasRefused: Bool {
        var number = 0
        _ = scanbridge_curl_get_long(easy, CURLINFO_OS_ERRNO, &number)
        return number == Int(ECONNREFUSED)
    }
}
