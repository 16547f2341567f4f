import LoopTesting
import Outbox

/// An outbox in a directory of a test's own.
extension Room {
    var database: String { path + "/outbox.db" }

    var settings: OutboxSettings {
        var settings = OutboxSettings()
        settings.path = database
        return settings
    }

    func open(_ change: (inout OutboxSettings) -> Void = { _ in }) throws -> OutboxStore {
        var settings = settings
        change(&settings)
        return try OutboxStore(settings, now: Samples.start)
    }
}
