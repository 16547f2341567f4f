import Outbox
import Purchases
import SystemCalls

/// What the provider asks for holds over a restart too.
extension PurchaseDesk {
    func keepSilence(_ milliseconds: Int, _ detail: String) {
        guard let endpoint = endpointDigest else { return }
        let now = WallTime.now()
        let until = WallTime(microseconds: now.microseconds + Int64(milliseconds) * 1000)
        setSilence(EndpointSilence(endpoint: endpoint, detail: detail, askedAt: now, until: until))
    }

    func liftSilence() { setSilence(nil) }

    /// Should it be lost, the provider is asked once too often.
    private func setSilence(_ silence: EndpointSilence?) {
        outbox.call({ store throws(OutboxError) in try store.setSilence(silence) }, completion: { _ in })
    }

    /// Asks what an earlier run has left, if that was not read yet. It is answered before anything that is asked later.
    func readSilence() {
        guard !isSilenceRead else { return }
        outbox.call(
            { store throws(OutboxError) in try store.silence() },
            completion: { [mailbox] result in mailbox.post { $0.silenceRead(result) } })
    }

    private func silenceRead(_ result: Result<EndpointSilence?, OutboxError>) {
        // After a failure the outbox is opened, and read, again.
        guard case .success(let silence) = result, !isSilenceRead else { return }
        isSilenceRead = true
        guard let silence, let endpoint = endpointDigest,
            let left = silence.millisecondsLeft(for: endpoint, now: .now())
        else { return }
        machine.silenceLoaded(milliseconds: left, detail: silence.detail, now: .now())
        status.isFailing = true
        status.lastDetail = silence.detail
    }
}
