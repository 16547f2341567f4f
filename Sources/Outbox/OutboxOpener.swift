import SystemCalls

/// The store on its thread, opened again when it has broken.
struct OutboxOpener {
    let settings: OutboxSettings
    let vfs: String?
    let onOpen: @Sendable (Result<OutboxOpening, OutboxError>) -> Void
    private var store: OutboxStore?
    private var failure: OutboxError?
    private var lastAttempt = MonotonicTime(microseconds: .min)

    init(
        settings: OutboxSettings, vfs: String?, onOpen: @escaping @Sendable (Result<OutboxOpening, OutboxError>) -> Void
    ) {
        self.settings = settings
        self.vfs = vfs
        self.onOpen = onOpen
    }

    /// The store, opened again if it is not usable and the last attempt was long enough ago.
    mutating func access(retryMilliseconds: Int) -> OutboxQueue.Access {
        if let store, !store.isBroken { return .success(store) }
        if MonotonicTime.now().milliseconds(since: lastAttempt) >= retryMilliseconds { tryOpening() }
        if let store, !store.isBroken { return .success(store) }
        return .failure(store?.failure ?? failure ?? .stopped(settings.path))
    }

    mutating func tryOpening() {
        lastAttempt = .now()
        do throws(OutboxError) {
            let opened: OutboxStore
            if let store {
                // The right to the files is kept meanwhile.
                try store.reopen(now: .now())
                opened = store
            } else {
                opened = try OutboxStore(settings, vfs: vfs, now: .now())
            }
            store = opened
            failure = nil
            onOpen(.success(opened.opening))
        } catch {
            failure = error
            onOpen(.failure(error))
        }
    }

    /// Whether the store would rather have a quiet moment.
    var wantsTidying: Bool { store?.wantsTidying ?? false }

    /// There is a quiet moment. A failure breaks the store, and the next call tells it.
    func tidy() { try? store?.tidy() }

    mutating func close() {
        store?.close()
        store = nil
    }
}
