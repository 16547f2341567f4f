import JSON

/// What a request that takes its time is answered.
public enum CallAnswer {
    /// Writes the reply's fields into the object that is open.
    case fields((inout JSONWriter) -> Void)
    case error(RequestError)
}
