import JSON
import SystemCalls

/// Lines that are made for one listener: greetings, replies, errors, and the events about the stream itself.
public enum OutputLine {
    static func hello(server: String, instance: String, seq: UInt64) -> [UInt8] {
        line { writer in
            writer.key("type")
            writer.literal("hello")
            writer.key("protocol")
            writer.value(Int64(1))
            writer.key("server")
            writer.value(server)
            writer.key("instance")
            writer.value(instance)
            writer.key("seq")
            writer.value(Int64(clamping: seq))
        }
    }

    static func reply(_ id: RequestID, _ fields: (inout JSONWriter) -> Void = { _ in }) -> [UInt8] {
        line { writer in
            writer.key("type")
            writer.literal("reply")
            writer.key("id")
            writer.value(id.json)
            fields(&writer)
        }
    }

    /// An error for a listener that has no session, or the answer to one request.
    public static func error(_ error: RequestError, id: RequestID = .none) -> [UInt8] {
        line { writer in
            writer.key("type")
            writer.literal("error")
            writer.key("id")
            writer.value(id.json)
            writer.key("code")
            writer.value(error.code.rawValue)
            writer.key("message")
            writer.value(error.message)
        }
    }

    static func snapshot(
        scanners: [ScannerStatus], endpoint: JSONValue, seq: UInt64, time: WallTime
    ) -> [UInt8] {
        event("snapshot", seq: seq, time: time) { writer in
            writer.key("scanners")
            writer.beginArray()
            for status in scanners {
                writer.beginObject()
                writer.writeFields(of: status.scanner)
                writer.writeFields(of: status.state)
                writer.endObject()
            }
            writer.endArray()
            writer.key("endpoint")
            writer.value(endpoint)
        }
    }

    /// Events that are no longer held. Its number is the last of them: the stream goes on behind it.
    static func gap(from: UInt64, to: UInt64, time: WallTime) -> [UInt8] {
        event("gap", seq: to, time: time) { $0.writeRange(from, to) }
    }

    /// Events that the listener was too slow for. Its number is the last one that came before them: there the listener resumes.
    static func lagged(from: UInt64, to: UInt64, time: WallTime) -> [UInt8] {
        event("lagged", seq: from - 1, time: time) { $0.writeRange(from, to) }
    }

    private static func event(
        _ type: StaticString, seq: UInt64, time: WallTime, _ fields: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginEvent(type, seq: seq, time: time)
        fields(&writer)
        writer.endObject()
        writer.endLine()
        return writer.bytes
    }

    private static func line(_ fields: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        fields(&writer)
        writer.endObject()
        writer.endLine()
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func writeRange(_ from: UInt64, _ to: UInt64) {
        key("from")
        value(Int64(clamping: from))
        key("to")
        value(Int64(clamping: to))
    }
}
