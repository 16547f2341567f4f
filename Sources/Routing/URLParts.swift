import TextChecks

/// The parts of a URL that a member id can stand in: `scheme://host/path?query#fragment`, or `www.` in place of the scheme.
///
/// What a code holds was made by anybody, and what is taken out of it is asked for as a member. `URLComponents` repairs such
/// text: it drops control characters, and one stray `%` leaves all escapes as they are, so that another id comes out. Here a
/// part is decoded exactly or not at all, in one pass over at most the 4 KiB of a code.
struct URLParts {
    private let path: ArraySlice<UInt8>
    private let query: ArraySlice<UInt8>

    /// Nil if the text is no URL.
    init?(_ text: ArraySlice<UInt8>) {
        guard let authority = text.withUnsafeBufferPointer({ URIForm.authority(in: $0) }) else { return nil }
        let url = text.dropFirst(authority).prefix { $0 != UInt8(ascii: "#") }
        let start = url.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? url.endIndex
        let end = url[start...].firstIndex(of: UInt8(ascii: "?")) ?? url.endIndex
        path = url[start..<end]
        query = url[end...].dropFirst()
    }

    /// The value of the first parameter of that name; nil if there is none, it is empty or cannot be decoded.
    func value(ofParameter name: String) -> ArraySlice<UInt8>? {
        var rest = query
        while !rest.isEmpty {
            let pair = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest[pair.endIndex...].dropFirst()
            let key = pair.prefix { $0 != UInt8(ascii: "=") }
            guard Self.isSame(key, name) else { continue }
            return Self.decoded(pair[key.endIndex...].dropFirst(), plusIsSpace: true)
        }
        return nil
    }

    /// A segment of the path, counted from 1, or from -1 at the end; nil if there is none or it cannot be decoded.
    func segment(_ number: Int) -> ArraySlice<UInt8>? {
        let segments = path.split(separator: UInt8(ascii: "/"))
        let index = number > 0 ? number - 1 : segments.count + number
        guard segments.indices.contains(index) else { return nil }
        return Self.decoded(segments[index], plusIsSpace: false)
    }

    private static func isSame(_ key: ArraySlice<UInt8>, _ name: String) -> Bool {
        if key.elementsEqual(name.utf8) { return true }
        guard key.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return false }
        return decoded(key, plusIsSpace: true)?.elementsEqual(name.utf8) ?? false
    }

    /// The text without its escapes; nil if it is empty, an escape is none, or what comes out is no UTF-8.
    private static func decoded(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) -> ArraySlice<UInt8>? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexValue, let low = rest.popFirst()?.hexValue else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard !bytes.isEmpty, String(validating: bytes, as: UTF8.self) != nil else { return nil }
        return bytes[...]
    }
}

extension UInt8 {
    /// What a hexadecimal digit stands for; nil for another byte.
    fileprivate var hexValue: UInt8? {
        guard isHexDigit else { return nil }
        return isASCIIDigit ? self - UInt8(ascii: "0") : (self | 0x20) - UInt8(ascii: "a") + 10
    }
}
