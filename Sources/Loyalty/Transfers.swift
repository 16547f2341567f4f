import CCurl
import Glibc

/// libcurl's multi handle and the requests in it. Belongs to the transport's thread.
final class Transfers {
    /// More at once wait for one of these to end. As many are kept open: libcurl counts those in use too, so that a smaller
    /// number would make it close and open one for each request of a burst.
    static let maxConnections = 8

    /// libcurl itself is never taken down again: it may be in use by another transport.
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_SSL)) == CURLE_OK

    private let settings: HTTPTransport.Settings
    private let onEnd: @Sendable (UInt64, HTTPTransport.End) -> Void
    private let multi: UnsafeMutableRawPointer
    private var transfers: [UInt64: Transfer] = [:]
    private var isFinishing = false

    init?(_ settings: HTTPTransport.Settings, onEnd: @escaping @Sendable (UInt64, HTTPTransport.End) -> Void) {
        guard Self.isLibraryReady, let multi = curl_multi_init() else { return nil }
        self.settings = settings
        self.onEnd = onEnd
        self.multi = multi
        _ = scanbridge_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, Self.maxConnections)
        _ = scanbridge_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.maxConnections)
    }

    deinit {
        for transfer in transfers.values { curl_multi_remove_handle(multi, transfer.easy) }
        transfers = [:]
        curl_multi_cleanup(multi)
    }

    var address: UInt { UInt(bitPattern: multi) }

    /// Works until it is told to end. Sleeps while there is nothing to do.
    func run(_ takeCommands: () -> [HTTPTransport.Command]) {
        while true {
            for command in takeCommands() {
                switch command {
                case .start(let attempt, let question, let timeout): start(attempt, question, timeout)
                case .cancel(let attempt): remove(attempt)
                case .finish: isFinishing = true
                case .stop: return
                }
            }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            reportEnded()
            if isFinishing, transfers.isEmpty { return }
            if curl_multi_poll(multi, nil, 0, Int32.max, nil) != CURLM_OK {
                // Out of memory or descriptors: it must not be tried in a loop.
                _ = poll(nil, 0, 100)
            }
        }
    }

    private func start(_ attempt: UInt64, _ question: HTTPTransport.Question, _ timeoutMilliseconds: Int) {
        let id: MemberID? = if case .member(let id) = question { id } else { nil }
        let url: [UInt8]
        do throws(TokenFault) {
            url = try settings.url.filled(id: id, token: settings.token, account: settings.account)
        } catch {
            onEnd(attempt, .failed(.misconfigured(error.detail)))
            return
        }
        guard let transfer = Transfer(attempt, url, question, settings, timeoutMilliseconds: timeoutMilliseconds) else {
            onEnd(attempt, .failed(.unavailable(.busy)))
            return
        }
        let result = curl_multi_add_handle(multi, transfer.easy)
        guard result == CURLM_OK else {
            onEnd(attempt, .failed(.unavailable(.busy)))
            return
        }
        transfers[attempt] = transfer
    }

    private func remove(_ attempt: UInt64) {
        guard let transfer = transfers.removeValue(forKey: attempt) else { return }
        curl_multi_remove_handle(multi, transfer.easy)
    }

    private func reportEnded() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            let easy = message.pointee.easy_handle
            let result = scanbridge_curl_message_result(message)
            guard let (attempt, transfer) = transfers.first(where: { $0.value.easy == easy }) else { continue }
            let end = transfer.end(result)
            remove(attempt)
            onEnd(attempt, end)
        }
    }
}
